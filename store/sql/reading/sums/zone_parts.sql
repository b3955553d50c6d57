-- needs: reading.zone_day, reading.zone_grains, reading.zone_hour, reading.zone_quarter
-- The counts and presence of each zone that make up the buckets asked for: sums by day or hour where there are, and
-- quarter-hours for the rest (reading.zone_grains). Each row lies in one bucket. Where its grain is the bucket, it is all of
-- it.
create function reading.zone_parts(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_zones text[],
  p_corrected boolean default false
)
returns table (
  zone_id integer, start timestamptz, grain text, entries integer, appeared integer, exits integer, lost integer,
  presence_s bigint, occupancy_max integer, observed_ms integer, flags integer
)
language sql stable
begin atomic
  with grain as materialized (
    select * from reading.zone_grains(p_site, p_bucket, p_from, p_to, p_hours, p_zones, false, p_corrected)
  )
  select
    grain.zone_id, part.start, 'day', part.entries, part.appeared, part.exits, part.lost, part.presence_s,
    part.occupancy_max, part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.entries, one.appeared, one.exits, one.lost, one.presence_s, one.occupancy_max, one.observed_ms,
        one.flags
      from reading.zone_day as one
      where one.zone_id = grain.zone_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'day'
  union all
  select
    grain.zone_id, part.start, 'hour', part.entries, part.appeared, part.exits, part.lost, part.presence_s,
    part.occupancy_max, part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.entries, one.appeared, one.exits, one.lost, one.presence_s, one.occupancy_max, one.observed_ms,
        one.flags
      from reading.zone_hour as one
      where one.zone_id = grain.zone_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'hour'
  union all
  select
    grain.zone_id, part.start, 'quarter', part.entries, part.appeared, part.exits, part.lost, part.presence_s,
    part.occupancy_max, part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.entries, one.appeared, one.exits, one.lost, one.presence_s, one.occupancy_max, one.observed_ms,
        one.flags
      from reading.zone_quarter as one
      where one.zone_id = grain.zone_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'quarter';
end;
