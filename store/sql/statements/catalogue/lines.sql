-- One row a device, line and period of assignment; a side without an end is null.
select
  assignment.device_id,
  line.key,
  line.line_id,
  extract(epoch from nullif(lower(period), '-infinity'))::bigint,
  extract(epoch from nullif(upper(period), 'infinity'))::bigint
from platspuls.device_line as assignment
join platspuls.line using (line_id)
cross join unnest(assignment.assigned) as period
