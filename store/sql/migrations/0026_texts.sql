-- How long words that people wrote stay, and under which names those who wrote them leave. Numbers and times stay for ever;
-- notes in own words and reasons of what was withdrawn are taken away after a while, in the history too.

-- What pseudonyms of authors are made with: of this installation alone, and kept by its backups.
create table platspuls.pseudonym_secret (
  is_only boolean primary key default true check (is_only),
  secret bytea not null check (length(secret) = 32)
);
insert into platspuls.pseudonym_secret (secret)
values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- What housekeeping did last: for how long texts are kept.
create table platspuls.text_retention (
  is_only boolean primary key default true check (is_only),
  months integer not null check (months > 0),
  at timestamptz not null
);

-- When the text of a log record was taken away; null: it has what was written.
alter table platspuls.activity add column text_removed_at timestamptz;
alter table platspuls.observation add column text_removed_at timestamptz;
alter table platspuls.staff_time add column text_removed_at timestamptz;
alter table platspuls.survey add column text_removed_at timestamptz;
alter table platspuls.incident add column text_removed_at timestamptz;
alter table platspuls.note add column text_removed_at timestamptz;
alter table platspuls.note alter column text drop not null;
alter table platspuls.note add check (text is not null or text_removed_at is not null);

-- A version without its words.
create function platspuls.without_text(p_record jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return p_record || (
  select coalesce(jsonb_object_agg(key, null), '{}')
  from jsonb_each(p_record)
  where key in ('note', 'text', 'withdrawn_reason')
);

-- The audit is only added to, but for such words: nothing else of it is ever changed, by anybody.
create function platspuls.audit_loses_text() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  removed constant text := 'text_removed_at';
begin
  if old.entity not in ('activity', 'observation', 'staff_time', 'survey', 'incident', 'note')
    or to_jsonb(new) - array['before', 'after'] is distinct from to_jsonb(old) - array['before', 'after']
    or new.before is distinct from old.before
      and new.before - removed is distinct from platspuls.without_text(old.before) - removed
    or new.after is distinct from old.after
      and new.after - removed is distinct from platspuls.without_text(old.after) - removed
  then
    raise exception 'the audit is only added to: % is refused', lower(tg_op) using errcode = '42501';
  end if;
  return new;
end;
$$;

drop trigger kept on platspuls.audit;
create trigger kept before delete or truncate on platspuls.audit
for each statement execute function platspuls.audit_is_kept();
create trigger loses_text before update on platspuls.audit
for each row execute function platspuls.audit_loses_text();

revoke all on function platspuls.without_text(jsonb), platspuls.audit_loses_text() from public;
