-- Who stays, by zone and whole month of every site, from the public grid, the newest first.
select
  case '$language' when 'sv' then told.site_sv else told.site_en end as site,
  case '$language' when 'sv' then told.name_sv else told.name_en end as zone,
  to_char(told.start_local, 'YYYY-MM') as month,
  told.threshold_s,
  told.entered,
  told.share,
  told.median_s,
  told.state,
  told.coverage
from reading.public_dwell() as told
where told.coverage is not null
order by told.start_utc desc, 1, told.site, 2, told.zone
