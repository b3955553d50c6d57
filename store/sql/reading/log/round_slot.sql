-- The slots of plans of rounds, and the manual counts that were made of them. Of a plan that was withdrawn those that are done
-- stay.
--
-- state: done, where a manual count says that it is of it, whenever it was entered; due from ten minutes before it starts
-- until ten minutes after it ends; missed after that; coming before.
create view reading.round_slot as
select site.key as site, drawn.slot, plan.round_plan_id, plan.name as plan_name, plan.mode, space.key as space,
  zone.key as zone, line.key as line, plan.minutes, drawn.starts_at, drawn.ends_at, drawn.day_type, drawn.hour,
  case
    when counted.counts is not null then 'done'
    when now() < drawn.starts_at - interval '10 minutes' then 'coming'
    when now() < drawn.ends_at + interval '10 minutes' then 'due'
    else 'missed'
  end as state,
  coalesce(counted.counts, '{}') as counts
from platspuls.round_plan as plan
join platspuls.site using (site_id)
left join platspuls.space on space.space_id = plan.space_id
left join platspuls.zone on zone.zone_id = plan.zone_id
left join platspuls.line on line.line_id = plan.line_id
cross join lateral jsonb_to_recordset(plan.slots)
  as drawn (slot integer, starts_at timestamptz, ends_at timestamptz, day_type text, hour integer)
left join lateral (
  select array_agg(made.observation_id order by made.observation_id) as counts
  from platspuls.observation as made
  where made.planned_round = drawn.slot and made.withdrawn_at is null
) as counted on true
where plan.withdrawn_at is null or counted.counts is not null;
