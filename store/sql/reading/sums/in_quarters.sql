-- Times widened to whole quarter-hours: those that they touch. Each has a beginning and an end.
create function reading.in_quarters(p_during tstzmultirange) returns tstzmultirange
language sql immutable parallel safe
return (
  select coalesce(range_agg(tstzrange(
    date_bin('15 minutes', lower(part), '2000-01-01 00:00Z'),
    date_bin('15 minutes', upper(part) + interval '15 minutes' - interval '1 microsecond', '2000-01-01 00:00Z')
  )), '{}')
  from unnest(p_during) as part
);
