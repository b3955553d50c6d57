-- Manual counts, one row a tally. A dimension that wasn't told apart is null. Small counts are not suppressed here.
create view reading.observation_tally as
select
  site.key as site, observation_id, space.key as space, zone.key as zone, starts_at, ends_at,
  told.gender, told.age, told.posture, told.activity, told.count
from platspuls.observation
join platspuls.site using (site_id)
join platspuls.space using (space_id)
left join platspuls.zone using (zone_id)
cross join lateral jsonb_to_recordset(tallies)
  as told (gender text, age text, posture text, activity text, count integer)
where withdrawn_at is null;
