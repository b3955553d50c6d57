-- What an answer about [from, to) was worked out from: the site file, and the data. Dwell looks half an hour to both
-- sides; and what is known of a zone later than that distinguishes an outage from a silence that may still be filled. A range
-- that hasn't ended by the database's clock is another, since its last bucket is partial then.
select
  (select version || '/' from reading.site where site = %(site)s)
  || case when %(to_utc)s::timestamptz > now() then 'open/' else '' end || (
    select coalesce(sum(version), 0)::text
    from reading.data_version
    where site = %(site)s
      and day >= (%(from_utc)s::timestamptz - interval '30 minutes')::date
      and day <= (%(to_utc)s::timestamptz + interval '30 minutes')::date
  ) || (
    select coalesce(string_agg(zone.zone || least(known.start, %(to_utc)s + interval '30 minutes'), ',' order by zone), '')
    from reading.zone
    cross join lateral (
      select quarter.start
      from reading.zone_dwell_observed as quarter
      where quarter.zone_id = zone.zone_id
      order by quarter.start desc
      limit 1
    ) as known
    where zone.site = %(site)s
  ) as version
