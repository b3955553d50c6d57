select now() as at,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'line', line, 'at', at, 'received_at', received_at, 'start', start, 'forward', forward, 'backward', backward
    ) order by line), '[]')
    from reading.live_line
    where site = %(site)s
  ) as lines,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'zone', zone, 'at', at, 'received_at', received_at,
      'occupancy', occupancy, 'staying', staying, 'stay_s', stay_s
    ) order by zone), '[]')
    from reading.live_zone
    where site = %(site)s
  ) as zones,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'device', device, 'online', online, 'heard_at', received_at, 'frame_rate', frame_rate,
      'clock_known', clock_known, 'clock_offset_ms', clock_offset_ms, 'outbox_records', outbox_records
    ) order by device), '[]')
    from reading.device_health
    where site = %(site)s
  ) as devices
