-- Of the epochs that devices have reported, those of which less is settled here than the device believes: of m records
-- made, w wait for a receipt there, so m - w are settled. n is the place in the question.
select reported.n, coalesce(delivery.settled, '{}')::text
from json_to_recordset(%(reported)s::json) as reported(n integer, d integer, e text, m bigint, w bigint)
left join lateral (
  select stored + rejected + lost as settled
  from platspuls.delivery
  where device_id = reported.d and epoch = reported.e
) as delivery on true
where reported.m - reported.w > (
  select coalesce(sum(upper(part) - lower(part)), 0)
  from unnest(delivery.settled * int8multirange(int8range(1, reported.m + 1))) as part
)
order by reported.n
