-- needs: writing.access_roles, writing.admin_rights, writing.login_invite, writing.login_revoke, writing.site_keys
-- Invite the person of a login anew, to the same sites with the same roles; an invitation that waits is over then. Returns the
-- number of the new login.
create function writing.admin_invite_again(
  p_prefix text, p_login_id integer, p_code_sha256 bytea, p_code_lifetime interval
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  me platspuls.access_session := writing.admin_login(p_prefix);
  other platspuls.access_session := writing.login_under(me, p_login_id);
begin
  if other.begun_at is null and other.ended_at is null then
    perform writing.login_revoke(writing.login_actor(me), p_login_id);
  end if;
  return writing.login_invite(
    writing.login_actor(me), other.name, other.role, writing.site_keys(other.site_ids), p_code_sha256, p_code_lifetime,
    other.lifetime, writing.login_roles(p_login_id)
  );
end;
$$;
