select activity_id, gender, age, count
from reading.activity_participants
  join reading.activity using (site, activity_id)
where site = %(site)s and status in ('ongoing', 'held') and starts_at >= %(from_utc)s and starts_at < %(to_utc)s
order by activity_id
