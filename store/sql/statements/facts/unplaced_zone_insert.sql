insert into platspuls.unplaced_zone (
  delivery_id, seq, zone_id, setup_id, entries, appeared, exits, lost, presence_s, observed_s, flags
)
select delivery, seq, part, setup, entries, appeared, exits, lost, presence_s, observed_s, flags
from json_to_recordset(%(totals)s::json) as r(
  delivery integer, seq bigint, part integer, setup integer, entries integer, appeared integer, exits integer,
  lost integer, presence_s bigint, observed_s integer, flags integer
)
order by delivery, seq, part
