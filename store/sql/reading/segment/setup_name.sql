-- The name of a setup without its counting version: as the device file has it, or the shortened form of a long one.
create function reading.setup_name(p_setup text) returns text
language sql immutable
begin atomic
  select regexp_replace(p_setup, '\.c[0-9]{1,4}h?$', '');
end;
