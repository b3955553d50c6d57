select now() as at,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'line', line, 'at', at, 'received_at', received_at, 'as_of', as_of, 'start', start, 'forward', forward, 'backward', backward
    ) order by line), '[]')
    from reading.live_line
    where site = %(site)s
  ) as lines,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'zone', zone, 'at', at, 'received_at', received_at, 'as_of', as_of,
      'occupancy', occupancy, 'staying', staying, 'stay_s', stay_s
    ) order by zone), '[]')
    from reading.live_zone
    where site = %(site)s
  ) as zones,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'device', device, 'state', state,
      'online', case
        when state in ('online', 'recorded_ahead') then true when state in ('offline', 'silent', 'revoked') then false
      end,
      'heard_at', heard_at, 'skew_s', skew_s, 'frame_rate', frame_rate, 'clock_known', clock_known,
      'clock_offset_ms', clock_offset_ms, 'recorded_until', recorded_until, 'outbox_records', outbox_records
    ) order by device), '[]')
    from reading.device_health
    where site = %(site)s
  ) as devices
