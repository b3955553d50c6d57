-- Puts what failed alone into quarantine, or back into it after a release. Returns whether there was room: of so many
-- within an hour, in all programs together, the fault is the server's.
with room as (
  select count(*) < %(most)s as is_there
  from platspuls.quarantined
  where last_at > now() - interval '1 hour' and state = 'waiting'
), put as (
  insert into platspuls.quarantined as known (
    mark, topic, site_key, device_key, epoch, seq, reason, payload, payload_sha256, payload_bytes
  )
  select
    %(mark)s, %(topic)s, %(site_key)s, %(device_key)s, %(epoch)s, %(seq)s, %(reason)s, %(payload)s, %(payload_sha256)s,
    %(payload_bytes)s
  from room
  where is_there
  on conflict (mark) do update set
    state = 'waiting', reason = excluded.reason, last_at = now(), times = known.times + 1,
    decided_at = null, decided_by = null, decision = null
  returning 1
)
select exists (select from put)
