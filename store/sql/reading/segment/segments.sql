-- needs: reading.counting_version, reading.line, reading.line_quarter, reading.phase, reading.setup, reading.setup_name
-- needs: reading.zone, reading.zone_quarter
-- The segments of each line and zone in a range: stretches of quarter-hours that one setup of one device reported. From the
-- first quarter-hour of it to the end of the last one before another setup, or of the last that is known.
--
-- began_by: first (nothing is known before), continues (it began before the range), device (another device reported before),
-- setup (the name in the device file changed), counting_version (that alone did). A quarter-hour that two setups reported
-- belongs to the one that was heard of last. phases: STUDY/PHASE of each phase that ran while the setup changed: the series has
-- data of both within it. Read part by part along the index by time, so that only what begins or ends a segment is kept.
create function reading.segments(p_site text, p_from timestamptz, p_to timestamptz)
returns table (
  kind text, part text, from_utc timestamptz, to_utc timestamptz, device text, setup text, counting_version integer,
  began_by text, device_before text, setup_before text, counting_version_before integer, phases text[]
)
language sql stable
begin atomic
  with step as (
    select 'line' as kind, line.line as part, step.*
    from reading.line
      cross join lateral (
        select quarter.start, quarter.setup_id,
          lag(quarter.start) over later as start_before,
          lag(quarter.setup_id) over later as setup_id_before,
          lead(quarter.start) over later as start_after
        from (
          select known.start, known.setup_id
          from reading.line_quarter as known
          where known.line_id = line.line_id and known.start >= p_from and known.start < p_to
          union all
          (
            select known.start, known.setup_id
            from reading.line_quarter as known
            where known.line_id = line.line_id and known.start < p_from
            order by known.start desc
            limit 1
          )
        ) as quarter
        window later as (order by quarter.start)
      ) as step
    where line.site = p_site
    union all
    select 'zone', zone.zone, step.*
    from reading.zone
      cross join lateral (
        select quarter.start, quarter.setup_id,
          lag(quarter.start) over later,
          lag(quarter.setup_id) over later,
          lead(quarter.start) over later
        from (
          select known.start, known.setup_id
          from reading.zone_quarter as known
          where known.zone_id = zone.zone_id and known.start >= p_from and known.start < p_to
          union all
          (
            select known.start, known.setup_id
            from reading.zone_quarter as known
            where known.zone_id = zone.zone_id and known.start < p_from
            order by known.start desc
            limit 1
          )
        ) as quarter
        window later as (order by quarter.start)
      ) as step
    where zone.site = p_site
  ),
  edge as (
    select step.*,
      step.start >= p_from
        and (step.start_before is null or step.start_before < p_from or step.setup_id <> step.setup_id_before) as begins
    from step
    where step.start_before is null or step.start_after is null or step.start_before < p_from
      or step.setup_id <> step.setup_id_before
  ),
  begun as (
    select edge.*,
      coalesce(
        lead(case when edge.begins then edge.start_before else edge.start end) over part,
        edge.start
      ) + interval '15 minutes' as end_utc
    from edge
    window part as (partition by edge.kind, edge.part order by edge.start)
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
    left join reading.setup as before on before.setup_id = begun.setup_id_before
  where begun.begins;
end;
