-- needs: reading.ahead, reading.device, reading.device_health, reading.reject
-- Devices whose clock can't be trusted, by UTC day: the newest status reports an offset of more than two seconds, or differs by
-- more than 120 s from its arrival; or records waited or were refused for a time that hadn't come (held for ahead, code
-- too_new). measured are seconds of offset, or records refused.
create function reading.anomaly_clock(p_site text, p_from timestamptz, p_to timestamptz)
returns table (device text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  with sign as (
    select
      health.device, health.heard_at as seen_at,
      greatest(abs(health.clock_offset_ms) / 1000.0, case when abs(health.skew_s) > 120 then abs(health.skew_s) end)
        as measured,
      2 as usual
    from reading.device_health as health
    where health.site = p_site and (abs(health.clock_offset_ms) > 2000 or abs(health.skew_s) > 120)
    union all
    select seen.device, seen.last_at, seen.skew_s, 2
    from reading.ahead as seen
    where seen.site = p_site
    union all
    select refused.device, refused.last_at, refused.times, 0
    from reading.reject as refused
      join reading.device as known on known.site = p_site and known.device = refused.device
    where refused.site = p_site and refused.code = 'too_new'
  )
  select sign.device, date_trunc('day', sign.seen_at, 'UTC'), max(sign.seen_at) + interval '1 second',
    round(max(sign.measured), 1), min(sign.usual)
  from sign
  where sign.seen_at >= p_from and sign.seen_at < p_to
  group by sign.device, date_trunc('day', sign.seen_at, 'UTC');
end;
