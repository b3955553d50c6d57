-- Stays and dwell of each zone by ISO week of the site's clocks, the newest first, cut to the range.
with asked as (
  select
    date_bin('15 minutes', $__timeFrom()::timestamptz, 'epoch') as from_utc,
    least(date_bin('15 minutes', $__timeTo()::timestamptz, 'epoch'), date_bin('15 minutes', now(), 'epoch')) as to_utc
)
select
  case '$language' when 'sv' then zone.name_sv else zone.name_en end as zone,
  to_char(dwell.start_local, 'IYYY"-W"IW') as week,
  case when dwell.partial then 'partial' else 'whole' end as cut,
  dwell.entered,
  case when dwell.coverage >= 0.5 then dwell.stays end as stays,
  case when dwell.coverage >= 0.5 then dwell.stays_low end as stays_low,
  case when dwell.coverage >= 0.5 then dwell.stays_high end as stays_high,
  case when dwell.coverage >= 0.5 then dwell.share end as share,
  case when dwell.coverage >= 0.5 then dwell.median_s end as median_s,
  case when dwell.coverage >= 0.5 then dwell.p75_s end as p75_s,
  case when dwell.coverage >= 0.5 then dwell.p90_s end as p90_s,
  case when dwell.coverage < 0.5 then 'missing' when dwell.wide then 'wide' else 'shown' end as state,
  dwell.coverage
from asked
cross join lateral reading.zone_dwell(
  '$site', 'week', asked.from_utc, asked.to_utc, '$threshold'::integer, '$hours'
) as dwell
join reading.zone on zone.site = '$site' and zone.zone = dwell.zone
where dwell.expected_ms > 0 and zone.space = any (array[$space]::text[])
order by dwell.start_utc desc, 1, zone.zone
limit 500
