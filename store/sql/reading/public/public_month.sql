-- needs: reading.public_dwell, reading.site, reading.site_flow, reading.start_of_day, reading.zone, reading.zone_flow
-- The public grid of flow and presence: the last twelve whole local months of every site, and no other cells. For everybody:
-- it runs as its owner, and takes no parameters.
--
-- Entries and exits are passages, never suppressed; null below a coverage of 0.5. person_hours: over the zones that may be
-- added. presence_state: missing, where one of them was watched for less than half; suppressed, where one of them is in
-- reading.public_dwell, since it would be what the sum has more than the others, or no dwell of it was watched; shown, zero as
-- well.
create function reading.public_month()
returns table (
  site text, name_sv text, name_en text, start_utc timestamptz, end_utc timestamptz, start_local timestamp,
  entries bigint, exits bigint, estimate boolean, coverage numeric,
  person_hours numeric, presence_state text, presence_coverage numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  with asked as materialized (
    select site.site, site.name_sv, site.name_en,
      reading.start_of_day(
        site.time_zone, date_trunc('month', now() at time zone site.time_zone) - interval '12 months'
      ) as from_utc,
      reading.start_of_day(site.time_zone, date_trunc('month', now() at time zone site.time_zone)) as to_utc
    from reading.site
  ),
  few as materialized (
    select dwell.site, dwell.zone, dwell.start_utc
    from reading.public_dwell() as dwell
    where dwell.state = 'suppressed' or dwell.entered is null  -- nobody knows how many visits its presence is of
  ),
  stayed as materialized (
    select asked.site, flow.start_utc, sum(flow.presence_s) as presence_s, min(flow.coverage) as coverage,
      bool_or(few.zone is not null) as few
    from asked
      cross join lateral reading.zone_flow(asked.site, 'month', asked.from_utc, asked.to_utc) as flow
      join reading.zone on zone.site = asked.site and zone.zone = flow.zone and zone.disjoint
      left join few on few.site = asked.site and few.zone = flow.zone and few.start_utc = flow.start_utc
    where flow.expected_ms > 0
    group by asked.site, flow.start_utc
  )
  select asked.site, asked.name_sv, asked.name_en, flow.start_utc, flow.end_utc, flow.start_local,
    flow.entries, flow.exits, flow.estimate, flow.coverage,
    case when judged.state = 'shown' then round(stayed.presence_s / 3600.0, 1) end,
    judged.state, stayed.coverage
  from asked
    cross join lateral reading.site_flow(asked.site, 'month', asked.from_utc, asked.to_utc) as flow
    left join stayed on stayed.site = asked.site and stayed.start_utc = flow.start_utc
    cross join lateral (
      select case
        when coalesce(stayed.coverage, 0) < 0.5 then 'missing' when stayed.few then 'suppressed' else 'shown'
      end as state
    ) as judged;
end;
