-- The refused messages and records that came during the range, the newest first. What was sent is never shown.
select
  reject.number,
  reject.last_at,
  reject.times,
  reject.device,
  reject.code,
  reject.reason,
  array_to_string(reject.field_names, ', ') as fields,
  coalesce(reject.outcome, 'none') as outcome
from reading.reject
where $__timeFilter(reject.last_at)
  and not exists (select from reading.site where site.site = reject.site and site.site <> '$site')
  and (
    reject.device = any (array[$device]::text[])
    or not exists (select from reading.device where device.site = reject.site and device.device = reject.device)
  )
order by reject.last_at desc, reject.number desc
limit 200
