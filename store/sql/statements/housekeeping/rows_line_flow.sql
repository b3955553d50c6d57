-- Forgets raw facts that no phase of a study keeps, a limited number.
delete from platspuls.line_flow
where ctid = any (array(
  select fact.ctid
  from platspuls.line_flow as fact
  where fact.start < %(before)s
    and not exists (
      select
      from platspuls.line
      join platspuls.study using (site_id)
      join platspuls.phase using (study_id)
      where line.line_id = fact.line_id and phase.archived_at is null and phase.during @> fact.start
    )
  limit 20000
))
