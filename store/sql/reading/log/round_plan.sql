-- needs: reading.start_of_day
-- Plans of rounds as they are now: manual counts at times drawn from kinds of days and hours. slots are those times: see
-- reading.round_slot. until is the last day; starts_at and ends_at are the days' own.
create view reading.round_plan as
select
  site.key as site,
  round_plan_id,
  round_plan.version,
  name,
  first,
  until,
  mode,
  space.key as space,
  zone.key as zone,
  line.key as line,
  day_types,
  from_hour,
  to_hour,
  rounds_per_stratum,
  minutes,
  seed,
  slots,
  note,
  reading.start_of_day(site.time_zone, first) as starts_at,
  reading.start_of_day(site.time_zone, until + 1) as ends_at,
  written_at,
  written_by
from platspuls.round_plan
join platspuls.site using (site_id)
left join platspuls.space on space.space_id = round_plan.space_id
left join platspuls.zone on zone.zone_id = round_plan.zone_id
left join platspuls.line on line.line_id = round_plan.line_id
where withdrawn_at is null;
