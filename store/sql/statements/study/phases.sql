-- The phases of each study that has one which runs or is to come, with the counting versions that their data has so far, and
-- how many segments began within them by another setup. A version is null where a counter had none.
select phase.site, site.time_zone, phase.study, phase.phase, phase.kind, phase.starts_at, phase.ends_at,
  phase.starts_at <= %(now)s as has_begun, coalesce(phase.ends_at <= %(now)s, false) as is_over,
  coalesce(counted.versions, '{}') as versions, coalesce(counted.cuts, 0) as cuts
from reading.phase
  join reading.site using (site)
  left join lateral (
    select array_agg(distinct segment.counting_version order by segment.counting_version) as versions,
      count(*) filter (where phase.study || '/' || phase.phase = any (segment.phases)) as cuts
    from reading.segments(phase.site, phase.starts_at, least(phase.ends_at, %(now)s)) as segment
    where phase.starts_at <= %(now)s and segment.setup is not null
  ) as counted on true
where (%(site)s::text is null or phase.site = %(site)s)
  and exists (
    select from reading.phase as other
    where other.site = phase.site and other.study = phase.study and coalesce(other.ends_at > %(now)s, true)
  )
order by phase.site, phase.study, phase.starts_at, phase.phase
