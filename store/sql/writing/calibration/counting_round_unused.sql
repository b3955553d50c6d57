-- Refuses where a calibration that holds was made with a counting round.
create function writing.counting_round_unused(p_counting_round integer) returns void
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  used integer;
begin
  select calibration.calibration_id into used
  from platspuls.calibration_used
  join platspuls.calibration using (calibration_id)
  where calibration_used.session_id = p_counting_round and calibration.withdrawn_at is null
  limit 1;
  if used is not null then
    raise exception 'counting round %: calibration % was made with it, withdraw that first', p_counting_round, used
      using errcode = '23505';
  end if;
end;
$$;
