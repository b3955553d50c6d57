select device, kind, coalesce(line, zone) as key, count(*) as records, min(start) as first_start,
  max(start) as last_start, max(noticed_at) as last_noticed_at
from reading.conflict
where site = %(site)s
group by device, kind, coalesce(line, zone)
order by max(noticed_at) desc
limit 200
