-- needs: reading.clock_off
-- How each device said it was, and how long ago it surely lived, in whole seconds. Null where it never said.
--
-- heard_at: when that was, by the server's clock. What came much later than its own time counts from that time, and the
-- broker's last will and its copies say nothing newer. skew_s: how many seconds the device's clock was ahead of the
-- arrival (negative: behind, or the message was late). recorded_ahead_s: how many seconds what it has recorded lies ahead
-- of when it was heard.
--
-- state: revoked; never (heard); offline, as it or the broker said; silent, when three of its statuses in a row didn't come;
-- clock_off and recorded_ahead, when those differ by more than 120 s; else online. online is what it said last, however
-- long ago: only state is of now. One that is revoked is not online, whatever it said.
create view reading.device_health as
with said as (
  select
    status.*,
    -- Ingest always writes the two; -infinity is: never heard for sure.
    case
      when status.heard_at is not null then nullif(status.heard_at, '-infinity')
      when reading.clock_off(status.at, status.received_at) then least(status.at, status.received_at)
      else status.received_at
    end as lived_at,
    case
      when status.heard_at is not null then status.skew_s
      when status.online then round(extract(epoch from status.at - status.received_at))::bigint
    end as ahead_s
  from platspuls.device_status as status
),
judged as (
  select
    device.site_id,
    device.key,
    device.name_sv,
    device.name_en,
    device.revoked_at,
    said.*,
    greatest(floor(extract(epoch from recorded_until - lived_at)), 0)::bigint as recorded_ahead_s,
    case
      when revoked_at <= now() then 'revoked'
      when received_at is null then 'never'
      when not online then 'offline'
      when received_at < now() - interval '180 seconds' then 'silent'
      when abs(ahead_s) > 120 then 'clock_off'
      when lived_at is null then 'never'
      when lived_at < now() - interval '180 seconds' then 'silent'
      when recorded_until > lived_at + interval '120 seconds' then 'recorded_ahead'
      else 'online'
    end as state
  from platspuls.device
  left join said using (device_id)
)
select
  site.key as site,
  judged.key as device,
  judged.name_sv,
  judged.name_en,
  state,
  case when revoked_at <= now() then false else online end as online,
  at,
  received_at,
  lived_at as heard_at,
  floor(extract(epoch from now() - lived_at))::bigint as age_s,
  ahead_s as skew_s,
  epoch,
  made,
  outbox_records,
  clock_known,
  clock_offset_ms,
  recorded_until,
  case when recorded_until is not null then recorded_ahead_s end as recorded_ahead_s,
  frame_rate,
  temperature_c,
  setup,
  counter_version,
  minor,
  revoked_at
from judged
join platspuls.site using (site_id);
