-- needs: reading.counting_version, reading.line, reading.line_quarter, reading.phase, reading.setup, reading.setup_name
-- needs: reading.zone, reading.zone_quarter
-- The segments of each line and zone in a range: stretches of quarter-hours that one setup of one device reported. From the
-- first quarter-hour of it to the end of the last one before another setup, or of the last that is known.
--
-- began_by: first (nothing is known before), continues (it began before the range), device (another device reported before),
-- setup (the name in the device file changed), counting_version (that alone did). A quarter-hour that two setups reported
-- belongs to the one that was heard of last. phases: STUDY/PHASE of each phase that ran while the setup changed: the series has
-- data of both within it.
create function reading.segments(p_site text, p_from timestamptz, p_to timestamptz)
returns table (
  kind text, part text, from_utc timestamptz, to_utc timestamptz, device text, setup text, counting_version integer,
  began_by text, device_before text, setup_before text, counting_version_before integer, phases text[]
)
language sql stable
begin atomic
  with quarter as (
    select 'line' as kind, known.line as part, known.start, known.setup_id
    from reading.line_quarter as known
    where known.site = p_site and known.start >= p_from and known.start < p_to
    union all
    select 'line', line.line, before.start, before.setup_id
    from reading.line
      cross join lateral (
        select known.start, known.setup_id
        from reading.line_quarter as known
        where known.site = p_site and known.line = line.line and known.start < p_from
        order by known.start desc
        limit 1
      ) as before
    where line.site = p_site
    union all
    select 'zone', known.zone, known.start, known.setup_id
    from reading.zone_quarter as known
    where known.site = p_site and known.start >= p_from and known.start < p_to
    union all
    select 'zone', zone.zone, before.start, before.setup_id
    from reading.zone
      cross join lateral (
        select known.start, known.setup_id
        from reading.zone_quarter as known
        where known.site = p_site and known.zone = zone.zone and known.start < p_from
        order by known.start desc
        limit 1
      ) as before
    where zone.site = p_site
  ),
  step as (
    select quarter.*,
      lag(quarter.setup_id) over later as setup_id_before,
      lag(quarter.start) over later as start_before,
      max(quarter.start) over (partition by quarter.kind, quarter.part) as last_start
    from quarter
    window later as (partition by quarter.kind, quarter.part order by quarter.start)
  ),
  begun as (
    select step.*,
      coalesce(lead(step.start_before) over (partition by step.kind, step.part order by step.start), step.last_start)
        + interval '15 minutes' as end_utc
    from step
    where step.start >= p_from
      and (step.start_before is null or step.start_before < p_from or step.setup_id <> step.setup_id_before)
  )
  select begun.kind, begun.part, begun.start, begun.end_utc, now.device, now.setup, reading.counting_version(now.setup),
    case
      when begun.start_before is null then 'first'
      when begun.setup_id = begun.setup_id_before then 'continues'
      when now.device is distinct from before.device then 'device'
      when reading.setup_name(now.setup) is distinct from reading.setup_name(before.setup) then 'setup'
      else 'counting_version'
    end,
    before.device, before.setup, reading.counting_version(before.setup),
    array(
      select phase.study || '/' || phase.phase
      from reading.phase
      where phase.site = p_site and begun.setup_id <> begun.setup_id_before
        and phase.starts_at < begun.start_before + interval '15 minutes'
        and coalesce(phase.ends_at > begun.start, true)
      order by 1
    )
  from begun
    left join reading.setup as now on now.setup_id = begun.setup_id
    left join reading.setup as before on before.setup_id = begun.setup_id_before;
end;
