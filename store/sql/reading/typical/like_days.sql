-- needs: reading.day_type, reading.site, reading.start_of_day
-- The dates of the ten weeks before p_day that are like it: of the same weekday and no holidays; Sundays and holidays are
-- like each other. start_utc and end_utc: their first instant and the next date's.
create function reading.like_days(p_site text, p_day date)
returns table (day date, start_utc timestamptz, end_utc timestamptz)
language sql stable
begin atomic
  select day::date, reading.start_of_day(site.time_zone, day), reading.start_of_day(site.time_zone, day + interval '1 day')
  from reading.site
    cross join (select reading.day_type(p_site, p_day) as kind offset 0) as asked
    cross join lateral generate_series(
      p_day::timestamp - interval '70 days', p_day::timestamp - interval '1 day', interval '1 day'
    ) as day
  where site.site = p_site and reading.day_type(p_site, day::date) = asked.kind
    and (asked.kind = 4 or extract(isodow from day) = extract(isodow from p_day));
end;
