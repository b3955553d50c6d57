-- Annotation: times reported twice, by counter and hour.
select
  min(conflict.start) as "time",
  max(conflict.start + make_interval(secs => conflict.period_s)) as timeend,
  max(case '$language' when 'sv' then device.name_sv else device.name_en end) as text
from reading.conflict
join reading.device on device.site = conflict.site and device.device = conflict.device
where conflict.site = '$site'
  and conflict.device = any (array[$device]::text[])
  and $__timeFilter(conflict.start)
group by conflict.device, date_trunc('hour', conflict.start, 'UTC')
order by 1, 2, 3
