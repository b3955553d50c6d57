-- The counting version that ends the name of a setup, as in kamera-a.c3, or kam-1f00.c3h where a long name was shortened. Null
-- for a setup of a counter that had none yet.
create function reading.counting_version(p_setup text) returns integer
language sql immutable
begin atomic
  select substring(p_setup from '\.c([0-9]{1,4})h?$')::integer;
end;
