-- Counters of several sites that watch something now and aren't well.
select site, device, jsonb_build_object('sv', name_sv, 'en', name_en) as name, state,
  case when state in ('online', 'recorded_ahead') then true when state in ('offline', 'silent', 'revoked') then false end as online,
  heard_at, skew_s, frame_rate, clock_known, clock_offset_ms, recorded_until, outbox_records
from reading.device_health
where site = any(%(sites)s::text[])
  and state <> 'online'
  and exists (
    select from reading.device_assignment as assigned
    where assigned.site = device_health.site and assigned.device = device_health.device
      and now() >= coalesce(assigned.from_utc, '-infinity') and now() < coalesce(assigned.to_utc, 'infinity')
  )
order by site, device
