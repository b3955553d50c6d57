-- needs: reading.anomaly, writing.checks, writing.exclusion, writing.log_records
-- What a person says of an anomaly: accept (the numbers are right as they are), explain (right, and this is why) or
-- exclude (they are wrong: leave this time out). The newest answer holds; each stands in the audit.
--
-- p_version is that of the answer before, 0 for none. An answer is about the anomaly as it is now: one that grows
-- afterwards is open again. To exclude makes an exclusion of its line, zone or space; another answer later withdraws it.
create function writing.anomaly_answer(p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  found platspuls.anomaly;
  said platspuls.anomaly_answer;
  answer text;
  reason text;
  seen boolean;
  out_of integer;
  before jsonb;
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, 'answer', array['answer', 'reason', 'result_seen']);
  answer := writing.choice_of(p_fields, 'answer', array['accept', 'exclude', 'explain'], true);
  reason := writing.text_of(p_fields, 'reason', 500, answer <> 'accept');
  seen := writing.boolean_of(p_fields, 'result_seen', answer = 'exclude');
  select * into found from platspuls.anomaly where anomaly_id = p_id and site_id = site.site_id for update;
  if found.anomaly_id is null then
    raise exception 'the site % has no anomaly %', p_site, p_id using errcode = 'P0002';
  end if;
  select * into said from platspuls.anomaly_answer where anomaly_id = p_id;
  if p_version is null then
    perform writing.refused('version must be given');
  end if;
  if coalesce(said.version, 0) <> p_version then
    raise exception 'the answer to anomaly % has version %, not %: somebody answered; look at it again', p_id,
      coalesce(said.version, 0), p_version using errcode = '23505', constraint = 'version';
  end if;
  if answer = 'exclude' and found.device_id is not null then
    perform writing.refused('answer exclude: the anomaly is of a device; exclude its lines or zones by themselves');
  end if;
  select to_jsonb(shown) into before from reading.anomaly as shown where anomaly_id = p_id;
  if answer = 'exclude' then
    out_of := writing.anomaly_exclusion(p_by, p_site, found, reason, seen);
  end if;
  insert into platspuls.anomaly_answer values (
    p_id, p_version + 1, answer, reason, seen, out_of, found.starts_at, found.ends_at, clock_timestamp(), p_by)
  on conflict (anomaly_id) do update set
    version = excluded.version, answer = excluded.answer, reason = excluded.reason, result_seen = excluded.result_seen,
    exclusion_id = excluded.exclusion_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    written_at = excluded.written_at, written_by = excluded.written_by;
  if said.exclusion_id is not null then
    perform writing.anomaly_exclusion_back(p_by, p_site, said.exclusion_id);
  end if;
  select to_jsonb(shown) into log_record from reading.anomaly as shown where anomaly_id = p_id;
  perform platspuls.audit_note(p_by, site.site_id, 'answer', 'anomaly', p_id::text, before, log_record);
  return log_record;
end;
$$;

-- The exclusion of what the anomaly is about.
create function writing.anomaly_exclusion(
  p_by text, p_site text, p_found platspuls.anomaly, p_reason text, p_seen boolean
) returns integer
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  return writing.exclusion_create(p_by, p_site, jsonb_build_object(
    'line', (select key from platspuls.line where line_id = p_found.line_id),
    'zone', (select key from platspuls.zone where zone_id = p_found.zone_id),
    'space', (select key from platspuls.space where space_id = p_found.space_id),
    'starts_at', to_char(p_found.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'ends_at', to_char(p_found.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'reason', p_reason, 'result_seen', p_seen)) ->> 'exclusion_id';
end;
$$;

-- Withdraws it, unless somebody did already.
create function writing.anomaly_exclusion_back(p_by text, p_site text, p_exclusion integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  at_version integer := (
    select version from platspuls.exclusion where exclusion_id = p_exclusion and withdrawn_at is null);
begin
  if at_version is not null then
    perform writing.exclusion_withdraw(p_by, p_site, p_exclusion, at_version, 'the anomaly was answered anew');
  end if;
end;
$$;
