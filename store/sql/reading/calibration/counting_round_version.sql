-- Every version of a counting round as people wrote it, from the audit: what was counted, by whom, the note.
create view reading.counting_round_version as
select
  site.key as site,
  entity_id::integer as counting_round_id,
  coalesce((after ->> 'version')::integer, 1) as version,
  at as valid_from,
  lead(at) over (partition by entity_id order by audit_id) as valid_to,
  action,
  actor as written_by,
  jsonb_build_object(
    'hand', after -> 'hand', 'hand_minutes', after -> 'hand_minutes', 'counted_by', after -> 'counted_by',
    'note', after -> 'note', 'withdrawn_reason', after -> 'withdrawn_reason'
  ) as record
from platspuls.audit
join platspuls.site using (site_id)
where entity = 'calibration_session' and entity_id ~ '^[0-9]+$';
