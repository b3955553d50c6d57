-- needs: reading.anomaly_clock, reading.anomaly_flagged, reading.anomaly_hours, reading.anomaly_imbalance
-- needs: reading.anomaly_setup, reading.anomaly_spike, reading.anomaly_stuck, reading.anomaly_zero_run
-- What the rules find unusual in a range, now. Each rule's own file says when it speaks, and what measured and usual are;
-- for flags they are quarter-hours and the fewest that count. A person decides what it means: reading.anomaly.
create function reading.anomalies_in(p_site text, p_from timestamptz, p_to timestamptz)
returns table (
  rule text, line text, zone text, space text, device text, starts_at timestamptz, ends_at timestamptz,
  measured numeric, usual numeric
)
language sql stable
begin atomic
  select 'zero_run', found.line, null::text, null::text, null::text, found.starts_at, found.ends_at, found.measured,
    found.usual
  from reading.anomaly_zero_run(p_site, p_from, p_to) as found
  union all
  select 'spike', found.line, null, null, null, found.starts_at, found.ends_at, found.measured, found.usual
  from reading.anomaly_spike(p_site, p_from, p_to) as found
  union all
  select 'imbalance', null, null, found.space, null, found.starts_at, found.ends_at, found.measured, found.usual
  from reading.anomaly_imbalance(p_site, p_from, p_to) as found
  union all
  select 'stuck', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.measured, found.usual
  from reading.anomaly_stuck(p_site, p_from, p_to) as found
  union all
  select 'clock', null, null, null, found.device, found.starts_at, found.ends_at, found.measured, found.usual
  from reading.anomaly_clock(p_site, p_from, p_to) as found
  union all
  select 'clock', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.quarters, 4
  from reading.anomaly_flagged(p_site, p_from, p_to, 16, 4, 'all') as found
  union all
  select 'blocked', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.quarters, 2
  from reading.anomaly_flagged(p_site, p_from, p_to, 2 + 32 + 128 + 256 + 512, 2, 'all') as found
  union all
  select 'dark', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.quarters, 4
  from reading.anomaly_flagged(p_site, p_from, p_to, 1, 4, reading.anomaly_hours(p_site)) as found
  union all
  select 'moved', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.quarters, 2
  from reading.anomaly_flagged(p_site, p_from, p_to, 8 + 1024, 2, 'all') as found
  union all
  select 'setup_changed', found.line, found.zone, null, null, found.starts_at, found.ends_at, found.measured, found.usual
  from reading.anomaly_setup(p_site, p_from, p_to) as found;
end;
