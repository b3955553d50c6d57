select title, starts_at, ends_at, status
from reading.activity
where site = %(site)s and starts_at < %(to_utc)s and ends_at > %(from_utc)s
order by starts_at, title
