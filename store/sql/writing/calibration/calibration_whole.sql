-- A whole number of 0 to 100,000 from JSON. Raises 22023 with the field's name where it is none.
create function writing.calibration_whole(p_field text, p_value jsonb) returns integer
language plpgsql immutable set search_path = pg_catalog, platspuls, pg_temp
as $$
begin
  if p_value is null or p_value::text !~ '^[0-9]{1,6}$' or p_value::text::integer > 100000 then
    raise exception '% %: it must be a whole number from 0 to 100000', p_field, coalesce(p_value::text, 'null')
      using errcode = '22023';
  end if;
  return p_value::text::integer;
end;
$$;
