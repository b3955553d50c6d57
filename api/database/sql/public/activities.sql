select activity_id, kind, to_char(starts_at at time zone site.time_zone, 'YYYY-MM') as month,
  (participants ->> 'total')::integer as total
from reading.activity
  join reading.site using (site)
where site = %(site)s and status in ('ongoing', 'held') and starts_at >= %(from_utc)s and starts_at < %(to_utc)s
order by activity_id
