-- needs: reading.segments
-- A setup that changed within a phase of a study: by an upgrade that raised the counting version, a device file that was
-- changed, or another device. The quarter-hour that the new segment began in; measured and usual are the counting versions
-- after and before, null where a setup has none.
create function reading.anomaly_setup(p_site text, p_from timestamptz, p_to timestamptz)
returns table (line text, zone text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  select
    case segment.kind when 'line' then segment.part end,
    case segment.kind when 'zone' then segment.part end,
    segment.from_utc, segment.from_utc + interval '15 minutes',
    segment.counting_version::numeric, segment.counting_version_before::numeric
  from reading.segments(p_site, p_from, p_to) as segment
  where segment.phases <> '{}';
end;
