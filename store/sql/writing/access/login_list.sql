-- needs: writing.site_keys
-- All logins and invitations, the newest first, without anything that one could be taken over with.
create function writing.login_list() returns table (
  login integer, name text, role text, sites text[], made_at timestamptz, made_by text, code_expires_at timestamptz,
  begun_at timestamptz, expires_at timestamptz, ended_at timestamptz, ended_by text, used_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select
    session_id, name, role, writing.site_keys(site_ids), made_at, made_by, code_expires_at, begun_at, expires_at, ended_at,
    ended_by, used_at
  from platspuls.access_session
  order by session_id desc
$$;
