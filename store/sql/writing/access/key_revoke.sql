-- End a key. It stays in the list.
create function writing.key_revoke(p_by text, p_name text) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  found_key platspuls.access_key;
begin
  select * into found_key from platspuls.access_key where name = p_name for update;
  if found_key.key_id is null then
    raise exception 'name %: there is no such key', p_name using errcode = 'P0002';
  end if;
  if found_key.revoked_at is not null then
    raise exception 'name %: the key was revoked at %', p_name, found_key.revoked_at using errcode = '23505';
  end if;
  update platspuls.access_key set revoked_at = now(), revoked_by = p_by where key_id = found_key.key_id;
  perform platspuls.audit_note(p_by, null, 'revoke', 'key', p_name, null, null);
  return found_key.key_id;
end;
$$;
