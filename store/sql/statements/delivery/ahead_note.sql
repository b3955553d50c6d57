-- Notes numbers that were seen ahead of their time, by how many seconds. Of more than a thousand ranges it notes the whole
-- from the first to the last: rather one record too many is called unsure than one too few.
insert into platspuls.ahead as known (delivery_id, skew_s, numbers)
select i, w, n from json_to_recordset(%(ahead)s::json) as seen(i integer, w integer, n int8multirange) order by i, w
on conflict (delivery_id, skew_s) do update set
  numbers = case
    when (select count(*) from unnest(known.numbers + excluded.numbers)) <= 1000 then known.numbers + excluded.numbers
    else int8multirange(range_merge(known.numbers + excluded.numbers))
  end,
  last_at = now()
