-- The quarter-hours that count as unobserved for dwell: outages, and the 30 minutes before and after each, where visits
-- are cut, or begin without an entry.
--
-- An outage is a commissioned quarter-hour whose dwell was observed for less than nine tenths of its commissioned time.
-- Where nothing later of the zone is known, silence isn't an outage yet: what is under way changes no number. It looks
-- beyond [p_from, p_to) by 30 minutes, so that a quarter-hour's numbers are the same whatever the range asked for.
-- Most time has no outage: four-hour stretches that lack no quarter-hour are told apart first.
create function reading.zone_outage_quarters(p_site text, p_from timestamptz, p_to timestamptz, p_zones text[])
returns table (zone_id integer, start timestamptz)
language sql stable
begin atomic
  with place as materialized (
    select zone.zone_id, zone.commissioned, told.last
    from reading.zone
      cross join lateral (
        select quarter.start as last
        from reading.zone_dwell_quarter as quarter
        where quarter.zone_id = zone.zone_id
        order by quarter.start desc
        limit 1
      ) as told
    where zone.site = p_site and (p_zones is null or zone.zone = any (p_zones))
  ),
  full_stretch as (
    select told.zone_id, date_bin('4 hours', told.start, '2000-01-01 00:00Z') as start
    from reading.zone_dwell_quarter as told
    where told.zone_id = any (array(select place.zone_id from place)) and told.start >= p_from - interval '30 minutes' and told.start < p_to + interval '30 minutes' and told.observed_ms >= 810000
    group by 1, 2
    having count(*) = 16
  ),
  stretch as (
    select place.zone_id, place.commissioned, place.last, stretch.start
    from place
      cross join lateral generate_series(
        date_bin('4 hours', p_from - interval '30 minutes', '2000-01-01 00:00Z'),
        least(p_to + interval '30 minutes', place.last) - interval '1 microsecond', interval '4 hours'
      ) as stretch (start)
    where isfinite(p_from) and isfinite(p_to)
      and place.commissioned && tstzrange(stretch.start, stretch.start + interval '4 hours')
      and not exists (
        select from full_stretch where full_stretch.zone_id = place.zone_id and full_stretch.start = stretch.start
      )
  ),
  outage as (
    select stretch.zone_id, quarter.start
    from stretch
      cross join lateral (
        select array_agg(told.start) filter (where told.observed_ms >= 810000) as good,
          array_agg(told.start) as starts, array_agg(told.observed_ms) as observed_ms
        from reading.zone_dwell_quarter as told
        where told.zone_id = stretch.zone_id and told.start >= stretch.start
          and told.start < stretch.start + interval '4 hours'
        offset 0
      ) as told
      cross join lateral generate_series(
        greatest(stretch.start, date_bin('15 minutes', p_from - interval '30 minutes', '2000-01-01 00:00Z')),
        least(
          stretch.start + interval '4 hours', p_to + interval '30 minutes', stretch.last
        ) - interval '1 microsecond',
        interval '15 minutes'
      ) as quarter (start)
    where coalesce(quarter.start <> all (told.good), true)
      and stretch.commissioned && tstzrange(quarter.start, quarter.start + interval '15 minutes')
      and 10 * coalesce(told.observed_ms[array_position(told.starts, quarter.start)], 0)
        < 9 * reading.expected_ms(stretch.commissioned, quarter.start, quarter.start + interval '15 minutes')
  )
  select distinct outage.zone_id, outage.start + near.minutes
  from outage
    cross join (
      values (interval '-30 minutes'), (interval '-15 minutes'), (interval '0'), (interval '15 minutes'),
        (interval '30 minutes')
    ) as near (minutes);
end;
