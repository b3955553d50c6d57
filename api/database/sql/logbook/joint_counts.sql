-- Manual counts with those that are parts of one put together, newest first, from after a cursor.
select joint_count_id as joint_count, mode, joint, space, zone, line, starts_at, ends_at, manual_counts, total, tallies
from reading.joint_count
where site = %(site)s
  and (%(joint)s::text is null or joint = upper(%(joint)s))
  and (%(from_utc)s::timestamptz is null or coalesce(ends_at, starts_at) > %(from_utc)s or starts_at >= %(from_utc)s)
  and (%(to_utc)s::timestamptz is null or starts_at < %(to_utc)s)
  and (%(cursor_at)s::timestamptz is null or (starts_at, joint_count_id) < (%(cursor_at)s, %(cursor_id)s::integer))
order by starts_at desc, joint_count_id desc
limit %(limit)s
