-- needs: reading.author, reading.history, reading.log_record
-- What people wrote of some kinds: what holds now, or with p_history every version of it and of what was withdrawn. A log
-- record is in [p_from, p_to) when it has some of it, a history when one of its versions has; null is no bound. at and until:
-- as reading.log_record has them. action, valid_to: of a history alone; valid_to is null for the newest. place: what
-- they are ordered by, so that all versions of a log record follow each other: when its newest starts.
create function reading.log_versions(
  p_site text, p_entities text[], p_from timestamptz, p_to timestamptz, p_history boolean
) returns table (
  entity text, log_record_id integer, version integer, at timestamptz, until timestamptz, action text,
  written_at timestamptz, valid_to timestamptz, author text, place timestamptz, record jsonb
)
language sql stable
begin atomic
  with versions as (
    select
      log_record.entity, log_record.log_record_id, (log_record.record ->> 'version')::integer as version, log_record.at,
      log_record.until, null as action, (log_record.record ->> 'written_at')::timestamptz as written_at,
      null::timestamptz as valid_to, log_record.record ->> 'written_by' as written_by, log_record.record
    from reading.log_record
    where not p_history and log_record.site = p_site and log_record.entity = any (p_entities)
    union all
    select
      history.entity, history.entity_id::integer, history.version, began.at,
      coalesce((history.record ->> 'ends_at')::timestamptz, began.at), history.action, history.valid_from, history.valid_to,
      history.written_by, history.record
    from reading.history
    cross join lateral (
      select coalesce(
        (history.record ->> 'starts_at')::timestamptz, (history.record ->> 'declared_at')::timestamptz, history.valid_from
      )
    ) as began (at)
    where p_history and history.site = p_site and history.entity = any (p_entities)
  ),
  judged as (
    select
      versions.*,
      bool_or(
        (p_from is null or versions.until > p_from or versions.at >= p_from) and (p_to is null or versions.at < p_to)
      ) over (partition by versions.entity, versions.log_record_id) as is_in,
      first_value(versions.at) over (
        partition by versions.entity, versions.log_record_id order by versions.version desc
      ) as place
    from versions
  )
  select
    judged.entity, judged.log_record_id, judged.version, judged.at, judged.until, judged.action, judged.written_at,
    judged.valid_to, reading.author(judged.written_by), judged.place, judged.record
  from judged
  where judged.is_in
  order by judged.entity, judged.place, judged.log_record_id, judged.version;
end;
