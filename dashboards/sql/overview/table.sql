-- The last twelve whole months of every site that was in use, from the public grid, the newest first.
select
  case '$language' when 'sv' then month.name_sv else month.name_en end as site,
  to_char(month.start_local, 'YYYY-MM') as month,
  month.entries,
  case when month.coverage < 0.5 then 'missing' when month.estimate then 'estimate' else 'shown' end as entry_state,
  month.coverage,
  month.person_hours,
  month.presence_state,
  month.presence_coverage
from reading.public_month() as month
where month.coverage is not null or month.presence_coverage is not null
order by month.start_utc desc, 1, month.site
