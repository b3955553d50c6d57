-- The last twelve whole months of every site, from the public grid: entries, exits, person-hours and coverage.
select
  month.start_utc as "time",
  case '$language' when 'sv' then month.name_sv else month.name_en end as site,
  month.site as site_key,
  month.entries,
  month.exits
from reading.public_month() as month
where month.entries is not null or month.coverage is not null
order by 1, 2, 3
