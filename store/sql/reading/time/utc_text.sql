-- A time as files show it: UTC, to the second.
create function reading.utc_text(p_at timestamptz) returns text
language sql stable
return trim('"' from to_json(date_trunc('second', p_at) at time zone 'UTC')::text) || 'Z';
