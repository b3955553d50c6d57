insert into platspuls.unplaced_line (
  delivery_id, seq, line_id, setup_id, forward, backward, gross_forward, gross_backward, observed_s, flags
)
select delivery, seq, part, setup, forward, backward, gross_forward, gross_backward, observed_s, flags
from json_to_recordset(%(totals)s::json) as r(
  delivery integer, seq bigint, part integer, setup integer, forward integer, backward integer, gross_forward integer,
  gross_backward integer, observed_s integer, flags integer
)
order by delivery, seq, part
