-- Every version of what people wrote, in the words of its view: record held from valid_from until valid_to (null: it holds
-- now). What was known at a time T: valid_from <= T and (valid_to is null or valid_to > T), without action withdraw.
-- entity_id is text, as the audit keeps it, so that the versions of one log record are found by its index. The audit calls a
-- manual count an observation, as its table is called; that word is changed in a branch of its own, to keep the index.
create view reading.history as
select
  site.key as site,
  entity,
  entity_id,
  (record ->> 'version')::integer as version,
  at as valid_from,
  lead(at) over (partition by entity, entity_id order by audit_id) as valid_to,
  action,
  actor as written_by,
  record
from (
  select audit_id, site_id, at, action, actor, entity, entity_id, after as record
  from platspuls.audit
  where entity in (
    'activity', 'staff_time', 'survey', 'incident', 'note', 'day_close', 'activity_template', 'exclusion', 'study', 'phase',
    'round_plan'
  )
  union all
  select
    audit_id, site_id, at, action, actor, 'manual_count', entity_id,
    after - 'observation_id' || jsonb_build_object('manual_count_id', after -> 'observation_id')
  from platspuls.audit
  where entity = 'observation'
) as written
join platspuls.site using (site_id)
where entity_id ~ '^[0-9]+$';
