-- Raises 22023 where a JSON object has a field that isn't known, or is none.
create function writing.calibration_fields(p_name text, p_object jsonb, variadic p_known text[]) returns void
language plpgsql immutable set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  field text;
begin
  if jsonb_typeof(p_object) is distinct from 'object' then
    raise exception '%: it must be an object', p_name using errcode = '22023';
  end if;
  select unknown into field from jsonb_object_keys(p_object) as unknown where unknown <> all (p_known) limit 1;
  if field is not null then
    raise exception '% %: there is no such field, only %', p_name, field, array_to_string(p_known, ', ')
      using errcode = '22023';
  end if;
end;
$$;
