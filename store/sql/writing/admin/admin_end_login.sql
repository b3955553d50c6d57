-- needs: writing.admin_rights, writing.login_revoke
-- End a login or an invitation, as an administrator of all its sites. Their own they end by logging out.
create function writing.admin_end_login(p_prefix text, p_login_id integer) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  me platspuls.access_session := writing.admin_login(p_prefix);
  other platspuls.access_session := writing.login_under(me, p_login_id);
begin
  if other.session_id = me.session_id then
    raise exception 'login %: this is yours: log out instead', p_login_id using errcode = '22023';
  end if;
  return writing.login_revoke(writing.login_actor(me), other.session_id);
end;
$$;
