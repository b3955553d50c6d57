-- What became of a device's records, by epoch of its outbox: numbers of records. made is the newest one heard of.
create view reading.delivery as
select
  site.key as site,
  device.key as device,
  epoch,
  previous_epoch,
  first_heard_at,
  last_heard_at,
  made,
  (select coalesce(sum(upper(settled) - lower(settled)), 0)::bigint from unnest(stored) as settled) as stored,
  (select coalesce(sum(upper(settled) - lower(settled)), 0)::bigint from unnest(rejected) as settled) as rejected,
  (select coalesce(sum(upper(settled) - lower(settled)), 0)::bigint from unnest(lost) as settled) as lost
from platspuls.delivery
join platspuls.device using (device_id)
join platspuls.site using (site_id);
