-- Phases of studies. result_seen: whether a result of it had been seen when it was declared or anything of it was changed.
create view reading.phase as
select
  site.key as site,
  phase_id,
  phase.version,
  study.key as study,
  phase.key as phase,
  kind,
  lower(during) as starts_at,
  upper(during) as ends_at,
  result_seen,
  phase.note,
  closed_at,
  archived_at,
  phase.written_at,
  phase.written_by
from platspuls.phase
join platspuls.study using (study_id)
join platspuls.site using (site_id)
where phase.withdrawn_at is null;
