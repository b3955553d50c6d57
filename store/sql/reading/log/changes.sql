-- needs: reading.calibration, reading.counting_round, reading.device_assignment, reading.history, reading.weather_import
-- What has changed since a time in what numbers of [p_from, p_to) are made from, or beside: data that came (a row for each line
-- or zone that the device watched that UTC day), exclusions, calibrations, log records, the site file, weather. kinds: which of these
-- are given. Nobody is named, and nothing that people wrote.
--
-- starts_at, ends_at: of the day, of the record, or when a correction holds; null of no time. A record that was moved is a
-- change of both times. number and version: of the record. Data are known from reading.changes_known_from on.
create function reading.changes(
  p_site text, p_since timestamptz, p_from timestamptz, p_to timestamptz, p_kinds text[]
)
returns table (
  changed_at timestamptz, kind text, action text, part_kind text, part text, device text, starts_at timestamptz,
  ends_at timestamptz, number text, version integer
)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  with asked as (
    select tstzrange(p_from, p_to) as during
  ),
  came as (
    select data_version.arrived_at, device.key as device,
      tstzrange(data_version.day::timestamp at time zone 'UTC', (data_version.day + 1)::timestamp at time zone 'UTC') as day
    from platspuls.data_version
      join platspuls.device using (device_id)
      join platspuls.site using (site_id)
    where site.key = p_site and data_version.arrived_at >= p_since
  ),
  changed as (
    select came.arrived_at as changed_at, 'data' as kind, 'arrive' as action, assigned.kind as part_kind,
      coalesce(assigned.line, assigned.zone) as part, came.device, lower(came.day) as starts_at,
      upper(came.day) as ends_at, null as number, null::integer as version,
      null::jsonb as was
    from came
      left join reading.device_assignment as assigned on assigned.site = p_site and assigned.device = came.device
        and tstzrange(assigned.from_utc, assigned.to_utc) && came.day
    union all
    select history.valid_from, history.entity, history.action,
      case when history.record ->> 'line' is not null then 'line' when history.record ->> 'zone' is not null then 'zone'
        when history.record ->> 'space' is not null then 'space' end,
      coalesce(history.record ->> 'line', history.record ->> 'zone', history.record ->> 'space'), null,
      (history.record ->> 'starts_at')::timestamptz,
      coalesce((history.record ->> 'ends_at')::timestamptz, (history.record ->> 'starts_at')::timestamptz),
      history.entity_id, history.version, history.was
    from (
      select history.*, lag(record) over (partition by entity, entity_id order by version) as was
      from reading.history
      where history.site = p_site
    ) as history
    where history.valid_from >= p_since
    union all
    select said.at, 'calibration', said.action, case when known.line is not null then 'line' else 'zone' end,
      coalesce(known.line, known.zone), null, known.from_utc, known.to_utc, known.calibration_id::text, null, null
    from reading.calibration as known
      cross join lateral (
        values (known.created_at, 'create'), (known.withdrawn_at, 'withdraw')
      ) as said (at, action)
    where known.site = p_site and said.at >= p_since
    union all
    select said.at, 'counting_round', said.action, case when known.line is not null then 'line' else 'zone' end,
      coalesce(known.line, known.zone), null, known.from_utc, known.to_utc, known.counting_round_id::text, null, null
    from reading.counting_round as known
      cross join lateral (
        values (known.made_at, 'create'), (known.changed_at, 'change'), (known.withdrawn_at, 'withdraw')
      ) as said (at, action)
    where known.site = p_site and said.at >= p_since
    union all
    select known.imported_at, 'weather', 'import', null, null, null,
      case known.measure when 'precipitation_mm' then known.first_at - interval '1 hour' else known.first_at end,
      known.last_at, known.weather_import_id::text, null, null
    from reading.weather_import as known
    where known.site = p_site and known.imported_at >= p_since
    union all
    select audit.at, 'site', said.action, said.kind, said.key, null, null, null, null, null, null
    from platspuls.audit
      join platspuls.site using (site_id)
      cross join lateral jsonb_to_recordset(audit.after -> 'changes') as said (kind text, key text, action text)
    where site.key = p_site and audit.entity = 'site' and audit.action = 'apply' and audit.at >= p_since
  )
  select changed.changed_at, changed.kind, changed.action, changed.part_kind, changed.part, changed.device, changed.starts_at,
    changed.ends_at, changed.number, changed.version
  from changed
    cross join asked
    cross join lateral (
      select (changed.was ->> 'starts_at')::timestamptz, (changed.was ->> 'ends_at')::timestamptz
    ) as before (starts_at, ends_at)
  where changed.kind = any (p_kinds)
    and (
      changed.starts_at is null
      or tstzrange(changed.starts_at, changed.ends_at, '[]') && asked.during
      or before.starts_at is not null
        and tstzrange(before.starts_at, coalesce(before.ends_at, before.starts_at), '[]') && asked.during
    );
end;
