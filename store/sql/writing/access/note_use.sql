-- That a key or a login was used, to the hour.
create function writing.note_use(p_prefix text) returns void
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  hour constant timestamptz := date_trunc('hour', now());
begin
  update platspuls.access_key set used_at = hour where prefix = p_prefix and used_at is distinct from hour;
  if not found then
    update platspuls.access_session set used_at = hour where prefix = p_prefix and used_at is distinct from hour;
  end if;
end;
$$;
