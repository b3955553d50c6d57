-- Where a key or a login has another role than its own (access_key.role, access_session.role): one role a site. Rows are never
-- changed: whoever should be something else gets another key or login.
create table platspuls.access_role (
  key_id integer references platspuls.access_key,
  session_id integer references platspuls.access_session,
  site_id integer not null references platspuls.site,
  role text not null check (role in ('public', 'staff', 'evaluator', 'funder', 'admin')),
  check (num_nonnulls(key_id, session_id) = 1),
  unique (key_id, site_id),
  unique (session_id, site_id)
);
