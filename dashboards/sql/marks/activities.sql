-- Annotation: what staff arranged in the chosen spaces, or at the whole site.
select
  activity.starts_at as "time",
  activity.ends_at as timeend,
  concat_ws(': ', case '$language' when 'sv' then space.name_sv else space.name_en end, activity.title) as text
from reading.activity
left join reading.space on space.site = activity.site and space.space = activity.space
where activity.site = '$site'
  and activity.status in ('ongoing', 'held')
  and (activity.space is null or activity.space = any (array[$space]::text[]))
  and activity.starts_at <= $__timeTo()::timestamptz
  and activity.ends_at >= $__timeFrom()::timestamptz
order by 1, 2, 3
limit 2000
