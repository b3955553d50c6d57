-- The same for the records of one local day.
select
  day.site, day.device, day.epoch, day.day, day.first_number, day.last_number, day.made, day.stored, day.rejected,
  day.lost, day.missing, day.missing_before, day.missing_after
from reading.site
cross join lateral reading.reconciliation_day(site.site, %(day)s::date) as day
where (%(site)s::text is null or site.site = %(site)s)
  and (%(device)s::text is null or day.device = %(device)s)
order by day.site, day.device, day.first_number, day.epoch
