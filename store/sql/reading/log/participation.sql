-- needs: reading.activity, reading.participation_by
-- Who took part in the activities that were on (ongoing, held) and start in [p_from, p_to), as they are known now, by kind of activity and by what p_by
-- says of the people: one row a kind and group that was noted. Withdrawn activities are none; changed ones are as they are
-- after the last change.
--
-- participants adds the head counts of activities: who comes to two of them is counted at both. Where an activity has groups
-- of several sorts (by age, and by gender and age), which count the same people again, the sort with the most people is
-- taken. unknown is who was counted and is in no such group. participants_most is the largest number at one activity,
-- participants_estimated what of participants was estimated rather than counted. A kind of which nobody counted any
-- activity has one row, without numbers of participants. figure: what the head counts added are: taking part at any time, the
-- peak, or at one moment; mixed where they are of several sorts, or it isn't said of all of them; null where it is of none.
create function reading.participation(p_site text, p_by text, p_from timestamptz, p_to timestamptz)
returns table (
  activity_kind text, gender text, age text, activities bigint, activities_counted bigint, participants bigint,
  participants_estimated bigint, participants_most bigint, figure text
)
language sql stable
begin atomic
  with asked as (
    select p_by::reading.participation_by in ('kind_gender', 'kind_group') as by_gender,
      p_by in ('kind_age', 'kind_group') as by_age
  ),
  activity as (
    select activity_id, kind, participants ->> 'method' as method, (participants ->> 'total')::bigint as total,
      participants -> 'groups' as groups,
      participants ->> 'figure' as figure
    from reading.activity
    where site = p_site and status in ('ongoing', 'held') and starts_at >= p_from and starts_at < p_to
  ),
  noted as (
    select activity.activity_id, people.gender is not null as has_gender, people.age is not null as has_age,
      case when asked.by_gender then people.gender end as gender, case when asked.by_age then people.age end as age,
      people.count
    from activity
      cross join asked
      cross join lateral jsonb_to_recordset(activity.groups) as people (gender text, age text, count integer)
    where (asked.by_gender or asked.by_age) and (people.gender is not null or not asked.by_gender)
      and (people.age is not null or not asked.by_age)
  ),
  sort as (
    select distinct on (activity_id) activity_id, has_gender, has_age, sum(count) as total
    from noted
    group by activity_id, has_gender, has_age
    order by activity_id, sum(count) desc, has_gender::integer + has_age::integer
  ),
  people as (
    select noted.activity_id, noted.gender, noted.age, noted.count::bigint as count
    from noted
      join sort using (activity_id, has_gender, has_age)
    union all
    select activity.activity_id, case when asked.by_gender then 'unknown' end, case when asked.by_age then 'unknown' end,
      activity.total - coalesce(sort.total, 0)
    from activity
      cross join asked
      left join sort using (activity_id)
    where activity.total is not null
  ),
  one as (
    select activity.kind, activity.method, people.gender, people.age, sum(people.count)::bigint as count
    from people
      join activity using (activity_id)
    group by activity.activity_id, activity.kind, activity.method, people.gender, people.age
  ),
  summed as (
    select kind, gender, age, sum(count)::bigint as participants,
      coalesce(sum(count) filter (where method = 'estimated'), 0)::bigint as estimated, max(count) as most
    from one
    group by kind, gender, age
  ),
  arranged as (
    select kind, count(*) as activities, count(total) as activities_counted,
      case
        when count(figure) = 0 then null
        when count(distinct figure) = 1 and count(figure) = count(total) then min(figure)
        else 'mixed'
      end as figure
    from activity
    group by kind
  )
  select arranged.kind, summed.gender, summed.age, arranged.activities, arranged.activities_counted, summed.participants,
    summed.estimated, summed.most, arranged.figure
  from arranged
    left join summed using (kind);
end;
