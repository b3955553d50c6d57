-- How well each line and zone was watched, by bucket. An outage is a run of expected quarter-hours of which less than
-- nine tenths were observed; silence after the last quarter-hour that was reported isn't one yet.
with cell as materialized (
  select row_number() over (order by at) as n, shown.*
  from reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as shown
),
watched as (
  select 'line' as kind, line as part, start_utc as at, observed_ms, expected_ms, coverage, flags
  from reading.line_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(lines)s::text[])
  union all
  select 'zone', zone, start_utc, observed_ms, expected_ms, coverage, flags
  from reading.zone_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(zones)s::text[])
),
hour as materialized (
  select 'line' as kind, line as part, start_utc, end_utc, observed_ms, expected_ms
  from reading.line_flow(%(site)s, 'hour', %(from_utc)s, %(to_utc)s, %(hours)s, %(lines)s::text[])
  where expected_ms > 0
  union all
  select 'zone', zone, start_utc, end_utc, observed_ms, expected_ms
  from reading.zone_flow(%(site)s, 'hour', %(from_utc)s, %(to_utc)s, %(hours)s, %(zones)s::text[])
  where expected_ms > 0
),
poor as (
  select hour.*,
    not (
      expected_ms = extract(epoch from end_utc - start_utc) * 1000 and observed_ms >= expected_ms - 90000
    ) as so
  from hour
),
place as materialized (
  select 'line' as kind, line as part, line_id, null::integer as zone_id, counted
  from reading.line_times(%(site)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(lines)s::text[])
  union all
  select 'zone', zone, null, zone_id, counted
  from reading.zone_times(%(site)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(zones)s::text[])
),
quarter as (
  -- Most hours lack less than a tenth of a quarter-hour in all, so that none of theirs is missed: one row stands for them.
  select kind, part, end_utc - interval '15 minutes' as at, observed_ms, expected_ms
  from poor
  where not so
  union all
  select kind, part, at, watched.observed_ms, watched.expected_ms
  from poor
    join place using (kind, part)
    cross join lateral generate_series(
      greatest(start_utc, date_bin('15 minutes', %(from_utc)s::timestamptz, '2000-01-01 00:00Z')),
      least(end_utc, %(to_utc)s) - interval '1 second', interval '15 minutes'
    ) as known (at)
    cross join lateral (
      select coalesce(
          (select line.observed_ms from reading.line_quarter as line where line.line_id = place.line_id and line.start = at),
          (select zone.observed_ms from reading.zone_quarter as zone where zone.zone_id = place.zone_id and zone.start = at),
          0
        ) as observed_ms,
        reading.commissioned_ms(
          place.counted, greatest(at, %(from_utc)s::timestamptz), least(at + interval '15 minutes', %(to_utc)s)
        ) as expected_ms
      offset 0
    ) as watched
  where so and watched.expected_ms > 0
),
judged as (
  select quarter.*, max(at) filter (where observed_ms > 0) over (partition by kind, part) as last,
    row_number() over (partition by kind, part order by at) as nth
  from quarter
),
missed as (
  select judged.*, nth - row_number() over (partition by kind, part order by at) as run
  from judged
  where 10 * observed_ms < 9 * expected_ms
),
outage as (
  select kind, part, n, count(*) as outages, sum(ms)::bigint as outage_ms, max(ms)::bigint as longest_outage_ms
  from (
    select kind, part, run, width_bucket(at, (select array_agg(cell.at order by cell.n) from cell)) as n,
      sum(expected_ms - observed_ms) as ms
    from missed
    where at < last
    group by kind, part, run, n
  ) as stretch
  group by kind, part, n
),
reported_twice as (
  select case when line is null then 'zone' else 'line' end as kind, coalesce(line, zone) as part,
    width_bucket(start, (select array_agg(cell.at order by cell.n) from cell)) as n, count(*) as conflicts
  from reading.conflict
  where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
  group by 1, 2, 3
),
skewed as (
  select known.kind, known.part, width_bucket(known.start, (select array_agg(cell.at order by cell.n) from cell)) as n,
    max(known.skew_s) as skew_s
  from (
    select 'line' as kind, line as part, start, skew_s from reading.line_skew
    where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
    union all
    select 'zone', zone, start, skew_s from reading.zone_skew
    where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
  ) as known
  group by 1, 2, 3
),
refused as (
  select device, width_bucket(arrived_at, (select array_agg(cell.at order by cell.n) from cell)) as n, count(*) as rejected
  from reading.reject
  where site = %(site)s and arrived_at >= %(from_utc)s and arrived_at < %(to_utc)s
  group by 1, 2
),
account as (
  select account.device, cell.n, sum(made)::bigint as made, sum(stored)::bigint as stored, sum(lost)::bigint as lost,
    sum(missing)::bigint as missing
  from (
    select min(start_local)::date as first, max(start_local)::date + 1 as after from cell where %(bucket)s = 'day'
  ) as days
    cross join lateral reading.reconciliation_days(%(site)s, days.first, days.after) as account
    join cell on cell.start_local::date = account.day
  where days.first is not null
  group by 1, 2
),
counted_by as (
  select 'line' as kind, line as part, start, setup_id
  from reading.line_quarter
  where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
  union all
  select 'zone', zone, start, setup_id
  from reading.zone_quarter
  where site = %(site)s and start >= %(from_utc)s and start < %(to_utc)s
),
older as (
  select kind, part, width_bucket(start, (select array_agg(cell.at order by cell.n) from cell)) as n,
    array_agg(distinct setup.device order by setup.device) as minor_0_devices
  from counted_by
    join reading.setup using (setup_id)
  where setup.minor = 0
  group by 1, 2, 3
),
counted_with as (
  select kind, part, width_bucket(start, (select array_agg(cell.at order by cell.n) from cell)) as n,
    array_agg(distinct setup.setup order by setup.setup) as setups
  from counted_by
    join reading.setup using (setup_id)
  group by 1, 2, 3
),
cut as (
  select segment.kind, segment.part,
    width_bucket(segment.from_utc, (select array_agg(cell.at order by cell.n) from cell)) as n,
    array_agg(distinct phase order by phase) as cut_phases
  from reading.segments(%(site)s, %(from_utc)s, %(to_utc)s) as segment
    cross join lateral unnest(segment.phases) as phase
  where exists (select from reading.phase where phase.site = %(site)s)
  group by 1, 2, 3
),
watching as (
  select assigned.kind, coalesce(assigned.line, assigned.zone) as part, cell.n,
    array_agg(distinct assigned.device order by assigned.device) as devices, sum(refused.rejected)::bigint as rejected,
    sum(account.made)::bigint as made, sum(account.stored)::bigint as stored, sum(account.lost)::bigint as lost,
    sum(account.missing)::bigint as missing
  from reading.device_assignment as assigned
    join cell on tstzrange(assigned.from_utc, assigned.to_utc) && tstzrange(cell.at, cell.end_utc::timestamptz)
    left join refused on (refused.device, refused.n) = (assigned.device, cell.n)
    left join account on (account.device, account.n) = (assigned.device, cell.n)
  where assigned.site = %(site)s
  group by 1, 2, 3
)
select watched.kind, watched.part, name.name_sv, name.name_en, cell.start_utc, cell.end_utc, cell.start_local,
  cell.utc_offset, cell.partial, observed_ms, expected_ms, greatest(expected_ms - observed_ms, 0) as missing_ms, coverage,
  coalesce(outages, 0) as outages, coalesce(outage_ms, 0) as outage_ms,
  coalesce(longest_outage_ms, 0) as longest_outage_ms,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags,
  coalesce(skewed.skew_s, 0) as skew_s, coalesce(conflicts, 0) as conflicts,
  coalesce(devices, '{}') as devices, coalesce(minor_0_devices, '{}') as minor_0_devices,
  coalesce(counted_with.setups, '{}') as setups, coalesce(cut.cut_phases, '{}') as cut_phases,
  coalesce(rejected, 0) as rejected, made, stored, lost, missing
from watched
  join cell using (at)
  join (
    select 'line' as kind, line as part, name_sv, name_en from reading.line where site = %(site)s
    union all
    select 'zone', zone, name_sv, name_en from reading.zone where site = %(site)s
  ) as name using (kind, part)
  left join outage using (kind, part, n)
  left join skewed using (kind, part, n)
  left join reported_twice using (kind, part, n)
  left join watching using (kind, part, n)
  left join older using (kind, part, n)
  left join counted_with using (kind, part, n)
  left join cut using (kind, part, n)
where not (%(whole)s and cell.partial)
order by kind, part collate "C", at
