insert into platspuls.conflict (kind, line_id, zone_id, start, period_s, delivery_id, seq, fact)
select kind, line_id, zone_id, to_timestamp(start_s), period_s, delivery_id, seq, fact
from json_to_recordset(%(conflicts)s::json) as r(
  kind text, line_id integer, zone_id integer, start_s bigint, period_s smallint, delivery_id integer, seq bigint,
  fact jsonb
)
