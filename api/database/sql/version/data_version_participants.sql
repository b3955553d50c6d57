-- What an answer about participants in [from, to) was worked out from: the activities that start in it, as they are now.
select (select version || '/' from reading.site where site = %(site)s) || coalesce(
    (
      select string_agg(activity_id || '.' || version, ',' order by activity_id)
      from reading.activity
      where site = %(site)s and starts_at >= %(from_utc)s and starts_at < %(to_utc)s
    ), '') as version
