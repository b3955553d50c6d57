-- The coverage of the last twelve whole months of every site, from the public grid: of entries, and of presence.
select
  month.start_utc as "time",
  case '$language' when 'sv' then month.name_sv else month.name_en end as site,
  month.site as site_key,
  month.coverage,
  month.presence_coverage
from reading.public_month() as month
where month.coverage is not null or month.presence_coverage is not null
order by 1, 2, 3
