-- A time from JSON's from and to. Raises 22023 where they are no times, or don't follow each other. p_step: they must lie
-- on whole ones.
create function writing.calibration_during(p_from text, p_to text, p_step interval) returns tstzrange
language plpgsql stable set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  during tstzrange;
begin
  begin
    if coalesce(p_from, '') !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$'
      or p_to !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$' then
      raise data_exception;
    end if;
    during := tstzrange(p_from::timestamptz, p_to::timestamptz);
  exception
    when data_exception then
      raise exception 'from % to %: they must be times with an offset, such as 2026-10-25T12:00+02:00, one after the other',
        coalesce(p_from, 'null'), coalesce(p_to, 'null') using errcode = '22023';
  end;
  if isempty(during) then
    raise exception 'from % to %: the second must be later', p_from, p_to using errcode = '22023';
  end if;
  if date_bin(p_step, lower(during), '2000-01-01 00:00Z') <> lower(during)
    or date_bin(p_step, upper(during), '2000-01-01 00:00Z') <> upper(during) then
    raise exception 'from % to %: both must lie on whole steps of % minutes', p_from, coalesce(p_to, 'open'),
      extract(epoch from p_step)::integer / 60 using errcode = '22023';
  end if;
  return during;
end;
$$;
