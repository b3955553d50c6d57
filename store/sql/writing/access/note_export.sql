-- A file of numbers that somebody fetches: noted before its first byte, and again when it is sent.
create function writing.note_export(p_by text, p_site text, p_export text, p_action text, p_what jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
begin
  if p_action is null or p_action not in ('begin', 'end') then
    raise exception 'action %: an export begins and ends', p_action using errcode = '22023';
  end if;
  perform platspuls.audit_note(
    p_by, (select site_id from platspuls.site where key = p_site), p_action, 'export', p_export, null, p_what
  );
end;
$$;
