-- The quarter-hours of a line with a minute stored in `times`, of one device where it is named.
select count(*), min(start), max(start + interval '15 minutes')
from platspuls.line_quarter
where line_id = (
    select line_id from platspuls.line join platspuls.site using (site_id) where site.key = %(site)s and line.key = %(key)s
  )
  and tstzrange(start, start + interval '15 minutes') && %(times)s::tstzmultirange
  and exists (
    select
    from generate_series(0, 14) as minute
    where minutes & (1 << minute) <> 0
      and tstzrange(start + minute * interval '1 minute', start + (minute + 1) * interval '1 minute')
        && %(times)s::tstzmultirange
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
