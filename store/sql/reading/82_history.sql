-- Every version of what people wrote, in the words of its view: told held from valid_from until valid_to (null: it holds
-- now). What was known at a time T: valid_from <= T and (valid_to is null or valid_to > T), without action withdraw.
-- entity_id is text, as the audit keeps it, so that the versions of one entry are found by its index.
create view reading.history as
select
  site.key as site,
  entity,
  entity_id,
  (after ->> 'version')::integer as version,
  at as valid_from,
  lead(at) over (partition by entity, entity_id order by audit_id) as valid_to,
  action,
  actor as written_by,
  after as told
from platspuls.audit
join platspuls.site using (site_id)
where entity in (
    'activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'exclusion', 'study', 'phase'
  )
  and entity_id ~ '^[0-9]+$';
