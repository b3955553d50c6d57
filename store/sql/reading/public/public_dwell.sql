-- needs: reading.site, reading.start_of_day, reading.zone, reading.zone_dwell
-- The public grid of dwell: each zone in the last twelve whole local months of every site, at the zone's own threshold, and no
-- other cells. For everybody: it runs as its owner, and takes no parameters.
--
-- state: suppressed, where fewer than 5 visits that came in are in it and anybody was there; missing, where less than half
-- was watched for dwell; shown, zero as well. entered is null where suppressed. share_state: suppressed too where fewer than 5
-- of them may have stayed, or not stayed, and anybody did; wide, where the bounds of the stays are (reading.zone_dwell). share
-- is there where shown, median_s where neither is suppressed. The API's public figures of a month are hidden by the same size of cells.
create function reading.public_dwell()
returns table (
  site text, site_sv text, site_en text, zone text, name_sv text, name_en text, start_utc timestamptz, end_utc timestamptz,
  start_local timestamp, threshold_s integer, entered bigint, share numeric, median_s numeric, state text, share_state text,
  coverage numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  with asked as (
    select site.site, site.name_sv, site.name_en, zone.stay_threshold_s,
      array_agg(zone.zone) as zones,
      reading.start_of_day(
        site.time_zone, date_trunc('month', now() at time zone site.time_zone) - interval '12 months'
      ) as from_utc,
      reading.start_of_day(site.time_zone, date_trunc('month', now() at time zone site.time_zone)) as to_utc
    from reading.site
      join reading.zone on zone.site = site.site
    group by site.site, site.name_sv, site.name_en, site.time_zone, zone.stay_threshold_s
  )
  select asked.site, asked.name_sv, asked.name_en, place.zone, place.name_sv, place.name_en, dwell.start_utc, dwell.end_utc,
    dwell.start_local, dwell.threshold_s, case when judged.state <> 'suppressed' then dwell.entered end,
    case when published.share_state = 'shown' then dwell.share end,
    case when published.share_state in ('shown', 'wide') then dwell.median_s end,
    judged.state, published.share_state, dwell.coverage
  from asked
    cross join lateral reading.zone_dwell(
      asked.site, 'month', asked.from_utc, asked.to_utc, asked.stay_threshold_s, 'all', asked.zones
    ) as dwell
    join reading.zone as place on place.site = asked.site and place.zone = dwell.zone
    cross join lateral (
      select case
        when dwell.entered < 5 and (dwell.entered > 0 or dwell.fragment > 0 or dwell.presence_s > 0) then 'suppressed'
        when coalesce(dwell.coverage, 0) < 0.5 then 'missing'
        else 'shown'
      end as state
    ) as judged
    cross join lateral (
      select case
        when judged.state <> 'shown' then judged.state
        when dwell.stays_high > 0 and dwell.stays_low < 5 then 'suppressed'
        when dwell.entered > dwell.stays_low and dwell.entered - dwell.stays_high < 5 then 'suppressed'
        when dwell.wide then 'wide'
        else 'shown'
      end as share_state
    ) as published;
end;
