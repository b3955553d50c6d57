-- Of the epochs that devices have told of, those of which less is settled here than the device believes: of m records
-- made, w wait for a receipt there, so m - w are settled. n is the place in the question.
select told.n, coalesce(delivery.settled, '{}')::text
from json_to_recordset(%(told)s::json) as told(n integer, d integer, e text, m bigint, w bigint)
left join lateral (
  select stored + rejected + lost as settled
  from platspuls.delivery
  where device_id = told.d and epoch = told.e
) as delivery on true
where told.m - told.w > (
  select coalesce(sum(upper(part) - lower(part)), 0)
  from unnest(delivery.settled * int8multirange(int8range(1, told.m + 1))) as part
)
order by told.n
