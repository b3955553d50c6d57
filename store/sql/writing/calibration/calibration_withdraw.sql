-- needs: writing.calibration_touched
-- Stops applying a calibration, as if it had never been: the raw numbers are back. It stays to be seen.
create function writing.calibration_withdraw(p_by text, p_site text, p_calibration integer, p_reason text)
returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  was platspuls.calibration;
  made platspuls.calibration;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 1 and 500 then
    raise exception 'reason: why it is withdrawn, in 1 to 500 characters' using errcode = '22023';
  end if;
  select calibration.* into was
  from platspuls.calibration
  join platspuls.site using (site_id)
  where site.key = p_site and calibration.calibration_id = p_calibration
  for update of calibration;
  if was.calibration_id is null then
    raise exception 'site % has no calibration %', p_site, p_calibration using errcode = 'P0002';
  end if;
  if was.withdrawn_at is not null then
    raise exception 'calibration % was withdrawn already', p_calibration using errcode = '23505';
  end if;
  update platspuls.calibration
  set withdrawn_at = now(), withdrawn_by = p_by, withdrawn_reason = trim(p_reason)
  where calibration_id = p_calibration
  returning * into made;
  perform writing.calibration_touched(was.line_id, was.zone_id, was.during);
  perform platspuls.audit_note(
    p_by, was.site_id, 'withdraw', 'calibration', p_calibration::text, to_jsonb(was), to_jsonb(made)
  );
  return p_calibration;
end;
$$;
