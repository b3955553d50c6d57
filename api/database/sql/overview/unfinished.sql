-- What people haven't written yet at several sites, of the two weeks before %(at)s: activities that are over, weren't cancelled
-- and have no participants; and days before today that the site was open and nobody closed, from the first on that anybody
-- closed, so that nothing is asked of sites that close no days.
with asked as materialized (
  select site.site, site.time_zone, (%(at)s::timestamptz at time zone site.time_zone)::date as today,
    exists (select from reading.site_hours as hours where hours.site = site.site and hours.kind = 'open') as has_hours,
    (select min(close.day) from reading.day_close as close where close.site = site.site) as first_closed
  from reading.site
  where site.site = any(%(sites)s::text[])
),
opened as materialized (
  select asked.*, reading.open_time(
      asked.site, 'open', reading.start_of_day(asked.time_zone, asked.today - interval '14 days'), %(at)s
    ) as open
  from asked
  where asked.first_closed is not null
),
unclosed as (
  select opened.site, count(*) as days
  from opened
    cross join lateral generate_series(
      greatest(opened.first_closed, opened.today - 14)::timestamp, opened.today - interval '1 day', interval '1 day'
    ) as dated
  where not exists (select from reading.day_close as close where close.site = opened.site and close.day = dated::date)
    and (
      not opened.has_hours
      or opened.open && tstzrange(
        reading.start_of_day(opened.time_zone, dated), reading.start_of_day(opened.time_zone, dated + interval '1 day')
      )
    )
  group by opened.site
)
select asked.site,
  (
    select count(*) from reading.activity
    where activity.site = asked.site and activity.participants is null and activity.status <> 'cancelled'
      and activity.ends_at <= %(at)s and activity.ends_at > %(at)s::timestamptz - interval '14 days'
  )::integer as uncounted,
  coalesce(unclosed.days, 0)::integer as unclosed
from asked
  left join unclosed on unclosed.site = asked.site
