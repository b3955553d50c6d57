-- The causes behind the figures of data quality, the newest first; and records that are unknown, or have been missing for
-- an hour: what is on its way is not a trouble.
select kind, device, cause, times, last_at
from (
  select 'held' as kind, held.device, held.cause || ': ' || held.detail as cause, held.times, held.last_at
  from reading.held
  where held.site = '$site' or not exists (select from reading.site where site.site = held.site)
  union all
  select 'reject', reject.device, reject.code || ': ' || reject.reason, sum(reject.times), max(reject.last_at)
  from reading.reject
  where $__timeFilter(reject.last_at)
    and not exists (select from reading.site where site.site = reject.site and site.site <> '$site')
  group by reject.device, reject.code, reject.reason
  union all
  select
    'conflict', conflict.device, concat_ws(' ', conflict.kind, conflict.line, conflict.zone), count(*), max(noticed_at)
  from reading.conflict
  where conflict.site = '$site' and $__timeFilter(conflict.start)
  group by conflict.device, conflict.kind, conflict.line, conflict.zone
  union all
  select
    case when unknown > 0 then 'unknown' else 'unsettled' end, device, 'epoch ' || epoch, unsettled + unknown,
    coalesce(unsettled_since, last_heard_at)
  from reading.reconciliation
  where site = '$site' and (unknown > 0 or unsettled_since < now() - interval '1 hour')
) as trouble
order by last_at desc, kind, device, cause
limit 200
