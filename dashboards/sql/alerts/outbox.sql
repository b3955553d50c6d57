-- Alert: records that wait in each counter's outbox, by what it said last; one that never said has none.
select site, device, coalesce(outbox_records, 0)::double precision as records
from reading.device_health
where coalesce(revoked_at > now(), true)
order by 1, 2
