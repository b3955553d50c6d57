-- needs: writing.checks, writing.log_records
-- A kind of thing in today's words; the audit keeps the words that its table had from the beginning.
create function writing.shown_word(p_stored text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case p_stored
  when 'observation' then 'manual_count'
  when 'calibration_session' then 'counting_round'
  when 'session' then 'login'
  else p_stored
end;

-- What was written, in today's words.
create function writing.shown_record(p_stored jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return case
  when p_stored ? 'observation_id'
    then p_stored - 'observation_id' || jsonb_build_object('manual_count_id', p_stored -> 'observation_id')
  else p_stored
end;

-- The trace of a site, newest first, older than p_before. It names keys and logins, so readers of the
-- contract don't see it; the API shows it to an admin.
create function writing.audit_list(p_site text, p_limit integer, p_before bigint default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  site platspuls.site := writing.site_of(p_site);
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    perform writing.refused(format('limit must be from 1 to 1000, not %s', p_limit));
  end if;
  return (
    select coalesce(
      jsonb_agg(
        to_jsonb(newest) - 'site_id' || jsonb_build_object(
          'entity', writing.shown_word(newest.entity), 'before', writing.shown_record(newest.before),
          'after', writing.shown_record(newest.after)
        )
        order by audit_id desc
      ),
      '[]'
    )
    from (
      select *
      from platspuls.audit
      where audit.site_id = site.site_id and (p_before is null or audit_id < p_before)
      order by audit_id desc
      limit p_limit
    ) as newest
  );
end;
$$;
