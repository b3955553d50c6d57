-- needs: writing.site_keys
-- Take up an invitation: its code is good once. The secret of the login was made by who calls. Null where the code is not
-- known, was used already, or has expired: which of them is nobody's business.
create function writing.log_in(p_code_sha256 bytea, p_prefix text, p_secret_sha256 bytea) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  begun platspuls.access_session;
begin
  update platspuls.access_session
  set begun_at = now(), prefix = p_prefix, secret_sha256 = p_secret_sha256, expires_at = now() + lifetime
  where code_sha256 = p_code_sha256 and begun_at is null and ended_at is null and code_expires_at > now()
  returning * into begun;
  if begun.session_id is null then
    return null;
  end if;
  perform platspuls.audit_note(
    'login:' || begun.session_id || ' ' || begun.name, null, 'log_in', 'session', begun.session_id::text, null, null
  );
  return jsonb_build_object(
    'login', begun.session_id, 'role', begun.role, 'sites', writing.site_keys(begun.site_ids),
    'lasts_s', floor(extract(epoch from begun.lifetime))::bigint
  );
end;
$$;
