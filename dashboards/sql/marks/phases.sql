-- Annotation: the phases of the chosen study.
select
  phase.starts_at as "time",
  coalesce(phase.ends_at, now()) as timeend,
  phase.phase || case when phase.closed_at is null then '' else ' (' || $closed || ')' end as text
from reading.phase
where phase.site = '$site' and phase.study = '$study'
  and phase.starts_at <= $__timeTo()::timestamptz
  and coalesce(phase.ends_at, now()) >= $__timeFrom()::timestamptz
  and phase.starts_at < coalesce(phase.ends_at, now())
order by 1, 2, 3
