-- Files that were taken: when each was begun, which range it was about (null: all times), and by what it is known again: the
-- version of its data, and the SHA-256 of its bytes (null where it never ended, or was taken before there were these).
create view reading.file_taken as
select
  site.key as site,
  begun.entity_id as file,
  begun.at as begun_at,
  begun.after ->> 'table' as of_table,
  case when begun.after ->> 'from_utc' ~ '^[0-9]' then (begun.after ->> 'from_utc')::timestamptz end as from_utc,
  case when begun.after ->> 'to_utc' ~ '^[0-9]' then (begun.after ->> 'to_utc')::timestamptz end as to_utc,
  begun.after ->> 'data_version' as data_version,
  (
    select ended.after ->> 'sha256'
    from platspuls.audit as ended
    where ended.entity = 'export' and ended.entity_id = begun.entity_id and ended.action = 'end'
  ) as sha256
from platspuls.audit as begun
join platspuls.site using (site_id)
where begun.entity = 'export' and begun.action = 'begin';
