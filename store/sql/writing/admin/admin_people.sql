-- needs: writing.admin_rights
-- Logins and invitations at the sites of which the caller's login is an administrator, the newest first, with the roles there
-- and nothing of other sites: those that are good or wait, and what is over since less than a month.
create function writing.admin_people(p_prefix text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  me platspuls.access_session := writing.admin_login(p_prefix);
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(person) order by person.login desc), '[]')
    from (
      select
        other.session_id as login,
        other.name,
        roles.at as role_at,
        case when other.site_ids is null and writing.is_admin_of_all(me) then other.role end as role_elsewhere,
        case
          when other.ended_at is not null then 'ended'
          when other.begun_at is null then case when other.code_expires_at > now() then 'waits' else 'unused' end
          when other.expires_at > now() then 'good'
          else 'expired'
        end as state,
        other.made_at,
        other.made_by,
        other.code_expires_at,
        other.begun_at,
        other.expires_at,
        other.ended_at,
        other.used_at,
        other.session_id = me.session_id as is_me,
        writing.is_admin_over(me, other) as may_end
      from platspuls.access_session as other
      cross join lateral (
        select jsonb_object_agg(site.key, writing.login_role(other, site.site_id)) as at
        from platspuls.site
        where writing.login_role(me, site.site_id) = 'admin' and writing.login_role(other, site.site_id) is not null
      ) as roles
      where roles.at is not null
        and coalesce(other.ended_at, other.expires_at, other.code_expires_at) > now() - interval '30 days'
      order by other.session_id desc
      limit 500
    ) as person
  );
end;
$$;
