-- Participants by group: one row a group. Groups of an activity that have the same dimensions are disjoint; those that
-- have others count the same people again. Not for the public as they are: small counts are not suppressed here.
create view reading.activity_participants as
select site.key as site, activity_id, participants_method as method, participants_figure as figure, people.gender, people.age, people.count
from platspuls.activity
join platspuls.site using (site_id)
cross join lateral jsonb_to_recordset(participants_groups) as people (gender text, age text, count integer)
where withdrawn_at is null;
