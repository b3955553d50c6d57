-- Records of the chosen counters that aren't settled or of which nobody will ever know, and since when the oldest is missing;
-- records that counters declared lost. What waits only since a minute ago is on its way, and counted all the same.
select
  coalesce(sum(unsettled), 0) as unsettled,
  extract(epoch from now() - min(unsettled_since))::bigint as waiting_s,
  coalesce(sum(unknown), 0) as unknown,
  coalesce(sum(lost), 0) as lost
from reading.reconciliation
where site = '$site' and device = any (array[$device]::text[])
