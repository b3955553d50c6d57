-- Forgets raw facts that no phase of a study keeps, a limited number.
delete from platspuls.zone_flow
where ctid = any (array(
  select fact.ctid
  from platspuls.zone_flow as fact
  where fact.start < %(before)s
    and not exists (
      select
      from platspuls.zone
      join platspuls.study using (site_id)
      join platspuls.phase using (study_id)
      where zone.zone_id = fact.zone_id and phase.archived_at is null and phase.during @> fact.start
    )
  limit 20000
))
