-- How far the clocks of a time zone are from UTC at a time, as +01:00.
create function reading.offset_text(p_at timestamptz, p_tz text) returns text
language sql stable
return (
  select case when ahead < interval '0' then '-' else '+' end || to_char(greatest(ahead, -ahead), 'HH24:MI')
  from (select (p_at at time zone p_tz) - (p_at at time zone 'UTC')) as clocks (ahead)
);
