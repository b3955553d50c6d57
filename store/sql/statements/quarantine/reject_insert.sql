-- The same refused again raises a counter. payload comes as base64, or is null where it must not be kept.
-- Who sends ever new nonsense doesn't fill the disk: beyond 10,000 rows of a topic in a day, or 100,000 of all, whole
-- messages leave no row. A record always leaves one, since its number is settled by it; but beyond, without its payload.
with refused as (
  select *
  from json_to_recordset(%(rejects)s::json) as r(
    topic text, site_key text, device_key text, epoch text, seq bigint, code text, reason text, payload text,
    payload_sha256 text, payload_bytes integer, field_names text[], times bigint
  )
),
everybody as (
  select count(*) >= 100000 as is_full
  from (select from platspuls.reject where arrived_at > now() - interval '1 day' limit 100000) as recent
),
full_topic as (
  select topic
  from (select distinct topic from refused) as sender
  where 10000 <= (
    select count(*)
    from (
      select from platspuls.reject
      where reject.topic = sender.topic and arrived_at > now() - interval '1 day'
      limit 10000
    ) as recent
  )
)
insert into platspuls.reject as reject (
  topic, site_key, device_key, epoch, seq, code, reason, payload, payload_sha256, payload_bytes, field_names, times
)
select
  topic, site_key, device_key, epoch, seq, code, reason, case when not is_beyond then decode(payload, 'base64') end,
  payload_sha256, payload_bytes, field_names, times
from (
  select *, is_full or topic in (select topic from full_topic) as is_beyond
  from refused, everybody
) as one
where not is_beyond
  or seq is not null
  or exists (
    select from platspuls.reject as known
    where known.topic = one.topic and known.payload_sha256 = one.payload_sha256 and known.code = one.code
      and known.epoch is not distinct from one.epoch and known.seq is not distinct from one.seq
  )
order by topic, payload_sha256, code, epoch, seq
on conflict (topic, payload_sha256, code, epoch, seq) do update set
  times = reject.times + excluded.times,
  last_at = now()
