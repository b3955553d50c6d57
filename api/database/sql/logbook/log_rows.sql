-- Rows of the log, by the tables asked for, in their order: a version of a log record, or with a part one of its elements.
select
  versions.entity, asked.record_kind, site.site, versions.log_record_id as record_id, versions.version,
  reading.utc_text(versions.at) as start_utc,
  trim('"' from to_json(date_trunc('second', versions.at) at time zone site.time_zone)::text) as start_local,
  reading.offset_text(versions.at, site.time_zone) as utc_offset,
  case when ends.at > versions.at then reading.utc_text(ends.at) end as end_utc,
  case when ends.at > versions.at then round(extract(epoch from ends.at - versions.at) * 1000)::bigint end as length_ms,
  versions.action, reading.utc_text(versions.written_at) as written_at, reading.utc_text(versions.valid_to) as valid_to,
  versions.author, reading.utc_text((versions.record ->> 'text_removed_at')::timestamptz) as text_removed_at,
  versions.record ->> 'withdrawn_reason' as withdrawn_reason, versions.record, parts.part
from reading.site
cross join unnest(%(tables)s::text[], %(entities)s::text[], %(parts)s::text[]) with ordinality
  as asked (record_kind, entity, part, number)
cross join lateral reading.log_versions(
  site.site, array[asked.entity], %(from_utc)s::timestamptz, %(to_utc)s::timestamptz, %(history)s::boolean
) as versions
cross join lateral (select (versions.record ->> 'ends_at')::timestamptz) as ends (at)
cross join lateral reading.log_parts(asked.part, versions.record) as parts
where site.site = %(site)s
order by asked.number, versions.place, versions.log_record_id, versions.version, parts.place
