-- needs: reading.expected_ms, reading.zone, reading.zone_dwell_observed
-- The quarter-hours that count as unobserved for dwell: outages, and the 30 minutes before and after each, where visits
-- are cut, or begin without an entry.
--
-- An outage is a commissioned quarter-hour whose dwell was observed for less than nine tenths of its commissioned time.
-- Where nothing later of the zone is known, silence isn't an outage yet: what is under way changes no number. It looks
-- beyond [p_from, p_to) by 30 minutes, so that a quarter-hour's numbers are the same whatever the range asked for.
--
-- Most time has no outage. Quarter-hours that are missing are looked for only in those stretches of four hours that
-- have less than sixteen, which an index answers alone; those observed for too short have an index of their own
-- (zone_dwell_poor).
create function reading.zone_outage_quarters(p_site text, p_from timestamptz, p_to timestamptz, p_zones text[])
returns table (zone_id integer, start timestamptz)
language sql stable
begin atomic
  with place as materialized (
    select zone.zone_id, zone.commissioned, newest.last
    from reading.zone
      cross join lateral (
        select quarter.start as last
        from reading.zone_dwell_observed as quarter
        where quarter.zone_id = zone.zone_id
        order by quarter.start desc
        limit 1
      ) as newest
    where zone.site = p_site and (p_zones is null or zone.zone = any (p_zones))
  ),
  asked as (
    select date_bin('15 minutes', p_from - interval '30 minutes', '2000-01-01 00:00Z') as from_utc,
      p_to + interval '30 minutes' as to_utc
    where isfinite(p_from) and isfinite(p_to)
  ),
  stretch as (
    select part.start
    from asked
      cross join lateral generate_series(
        date_bin('4 hours', asked.from_utc, '2000-01-01 00:00Z'), asked.to_utc - interval '1 microsecond',
        interval '4 hours'
      ) as part (start)
  ),
  full_stretch as (
    select known.zone_id, date_bin('4 hours', known.start, '2000-01-01 00:00Z') as start
    from reading.zone_dwell_observed as known
    where known.zone_id = any (array(select place.zone_id from place))
      and known.start >= p_from - interval '30 minutes' and known.start < p_to + interval '30 minutes'
    group by known.zone_id, 2
    having count(*) = 16
  ),
  lacking as (
    select place.zone_id, place.commissioned, place.last, stretch.start
    from stretch
      cross join place
    where stretch.start < place.last
      and place.commissioned && tstzrange(stretch.start, stretch.start + interval '4 hours')
      and (place.zone_id, stretch.start) not in (select full_stretch.zone_id, full_stretch.start from full_stretch)
  ),
  outage as (
    select lacking.zone_id, quarter.start
    from lacking
      cross join asked
      cross join lateral (
        select array_agg(known.start) as starts
        from reading.zone_dwell_observed as known
        where known.zone_id = lacking.zone_id and known.start >= lacking.start
          and known.start < lacking.start + interval '4 hours'
        offset 0
      ) as known
      cross join lateral generate_series(
        greatest(lacking.start, asked.from_utc),
        least(lacking.start + interval '4 hours', asked.to_utc, lacking.last) - interval '1 microsecond',
        interval '15 minutes'
      ) as quarter (start)
    where coalesce(quarter.start <> all (known.starts), true)
      and lacking.commissioned && tstzrange(quarter.start, quarter.start + interval '15 minutes')
    union all
    select place.zone_id, known.start
    from place
      join reading.zone_dwell_observed as known on known.zone_id = place.zone_id
    where known.zone_id = any (array(select place.zone_id from place)) and known.observed_ms < 810000
      and known.start >= p_from - interval '30 minutes' and known.start < p_to + interval '30 minutes'
      and known.start < place.last
      and place.commissioned && tstzrange(known.start, known.start + interval '15 minutes')
      and 10 * known.observed_ms
        < 9 * reading.expected_ms(place.commissioned, known.start, known.start + interval '15 minutes')
  )
  select distinct outage.zone_id, outage.start + near.minutes
  from outage
    cross join (
      values (interval '-30 minutes'), (interval '-15 minutes'), (interval '0'), (interval '15 minutes'),
        (interval '30 minutes')
    ) as near (minutes);
end;
