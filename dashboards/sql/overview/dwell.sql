-- Who stays, by zone and whole month of every site, from the public grid, the newest first.
select
  case '$language' when 'sv' then dwell.site_sv else dwell.site_en end as site,
  case '$language' when 'sv' then dwell.name_sv else dwell.name_en end as zone,
  to_char(dwell.start_local, 'YYYY-MM') as month,
  dwell.threshold_s,
  dwell.entered,
  dwell.share,
  dwell.median_s,
  dwell.share_state as state,
  dwell.coverage
from reading.public_dwell() as dwell
where dwell.coverage is not null
order by dwell.start_utc desc, 1, dwell.site, 2, dwell.zone
