-- The quarter-hours of a zone with a minute stored in `times`, of one device where it is named. Dwell is of its whole
-- quarter, so it counts only where all of the quarter lies in `times`.
select count(distinct start), min(start), max(start + interval '15 minutes')
from (
  select zone_id, start, setup_id
  from platspuls.zone_quarter
  where tstzrange(start, start + interval '15 minutes') && %(times)s::tstzmultirange
    and exists (
      select
      from generate_series(0, 14) as minute
      where minutes & (1 << minute) <> 0
        and tstzrange(start + minute * interval '1 minute', start + (minute + 1) * interval '1 minute')
          && %(times)s::tstzmultirange
    )
  union all
  select zone_id, start, setup_id
  from platspuls.zone_dwell
  where tstzrange(start, start + interval '15 minutes') <@ %(times)s::tstzmultirange
) as known
where zone_id = (
    select zone_id from platspuls.zone join platspuls.site using (site_id) where site.key = %(site)s and zone.key = %(key)s
  )
  and (
    %(device)s::text is null
    or setup_id in (
      select setup_id
      from platspuls.setup
      join platspuls.device using (device_id)
      join platspuls.site using (site_id)
      where site.key = %(site)s and device.key = %(device)s
    )
  )
