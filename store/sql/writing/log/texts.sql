-- needs: writing.log_records
-- Takes away what people wrote in own words once it is old: notes, and reasons of what was withdrawn, of what was last written,
-- and ended, before p_before. Each version by itself, in the history too; and the
-- digests of fields by which a repeated request is known. Titles, organisers, reasons of exclusions, surveys'
-- questions and all of a study stay: results are explained by them. For the owner's housekeeping; nobody else may run it.

-- Whether a version has such words, and is old enough.
create function writing.text_is_old(p_record jsonb, p_before timestamptz) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return coalesce(
  coalesce(p_record ->> 'note', p_record ->> 'text', p_record ->> 'withdrawn_reason') is not null
  and greatest(
    (p_record ->> 'written_at')::timestamptz, (p_record ->> 'starts_at')::timestamptz, (p_record ->> 'ends_at')::timestamptz
  ) < p_before,
  false
);

-- Returns how many log records lost text, and how many versions of their history; some of a log record count as one.
create function writing.remove_texts(p_by text, p_before timestamptz, p_months integer, out records bigint, out versions bigint)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  stored text;
  lost bigint;
  found_sites integer[] := '{}';
  sites integer[];
  mark constant jsonb := jsonb_build_object('text_removed_at', clock_timestamp());
begin
  perform writing.check_actor(p_by);
  records := 0;
  foreach stored in array array['activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'day_close'] loop
    execute format(
      'with lost as (
        update platspuls.%1$I as t set %2$I = null, withdrawn_reason = null, text_removed_at = clock_timestamp()
        where writing.text_is_old(to_jsonb(t), $1)
        returning site_id
      )
      select count(*), coalesce(array_agg(distinct site_id), ''{}'') from lost',
      stored, case stored when 'note' then 'text' else 'note' end)
    into lost, sites using p_before;
    records := records + lost;
    found_sites := found_sites || sites;
  end loop;
  with gone as (
    update platspuls.audit set
      before = case when writing.text_is_old(before, p_before) then platspuls.without_text(before) || mark else before end,
      after = case when writing.text_is_old(after, p_before) then platspuls.without_text(after) || mark else after end
    where entity in ('activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'day_close')
      and (writing.text_is_old(before, p_before) or writing.text_is_old(after, p_before))
    returning site_id
  )
  select count(*), found_sites || coalesce(array_agg(distinct site_id), '{}') into versions, found_sites from gone;
  update platspuls.request set fields_sha256 = null where at < p_before and fields_sha256 is not null;
  perform platspuls.audit_note(
    p_by, site_id, 'remove', 'texts', null, null, jsonb_build_object('before', p_before, 'months', p_months))
  from (select distinct unnest(found_sites) as site_id) as touched
  order by site_id;
  insert into platspuls.text_retention (months, at) values (p_months, clock_timestamp())
  on conflict (is_only) do update set months = excluded.months, at = excluded.at;
end;
$$;
