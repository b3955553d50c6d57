-- What people write: who may, and the trace that each of them leaves. The commands themselves are the functions of the
-- schema `writing`, made anew with each migration.

-- staff may run the commands and read the contract; admin may do that and decide about keys. As 0002: another database
-- or an administrator may have made the roles. A login gets the rights with `grant platspuls_staff to LOGIN`.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'platspuls_staff') then
    create role platspuls_staff nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'platspuls_admin') then
    create role platspuls_admin nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

-- One role within the other. Granted already is what an owner who may not grant roles finds.
do $$
begin
  if not pg_catalog.pg_has_role('platspuls_staff', 'platspuls_reader', 'member') then
    grant platspuls_reader to platspuls_staff;
  end if;
exception
  when unique_violation then null;
end
$$;

do $$
begin
  if not pg_catalog.pg_has_role('platspuls_admin', 'platspuls_staff', 'member') then
    grant platspuls_staff to platspuls_admin;
  end if;
exception
  when unique_violation then null;
end
$$;

-- Every command and every export: who did what to what, and how it was before and after. It is the history too: after
-- holds each version as it was. Nothing is ever changed or taken out.
create table platspuls.audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- The name of a key, a session, or cli:USER; never a person's full name.
  actor text not null check (char_length(actor) between 1 and 100),
  site_id integer references platspuls.site,
  action text not null check (action ~ '^[a-z][a-z_]{0,39}$'),
  entity text not null check (entity ~ '^[a-z][a-z_]{0,39}$'),
  entity_id text,
  before jsonb,
  after jsonb
);
create index audit_entity on platspuls.audit (entity, entity_id, audit_id);
create index audit_site on platspuls.audit (site_id, audit_id);

create function platspuls.audit_is_kept() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the audit is only added to: % is refused', lower(tg_op) using errcode = '42501';
end;
$$;

create trigger kept before update or delete or truncate on platspuls.audit
for each statement execute function platspuls.audit_is_kept();

create function platspuls.audit_note(
  p_actor text, p_site_id integer, p_action text, p_entity text, p_entity_id text, p_before jsonb, p_after jsonb
) returns void
language sql set search_path = pg_catalog, pg_temp
as $$
  insert into platspuls.audit (at, actor, site_id, action, entity, entity_id, before, after)
  values (clock_timestamp(), p_actor, p_site_id, p_action, p_entity, p_entity_id, p_before, p_after)
$$;

revoke all on function platspuls.audit_is_kept() from public;
revoke all on function platspuls.audit_note(text, integer, text, text, text, jsonb, jsonb) from public;
