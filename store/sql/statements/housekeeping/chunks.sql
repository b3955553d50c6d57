-- Drops the chunks of raw facts that no phase of a study touches, of whichever site. One that a phase touches stays whole.
with gone as materialized (
  select hypertable_schema, hypertable_name, range_start, range_end
  from timescaledb_information.chunks
  where hypertable_schema = 'platspuls' and hypertable_name in ('line_flow', 'zone_flow') and range_end <= %(before)s
    and not exists (
      select from platspuls.phase where archived_at is null and during && tstzrange(range_start, range_end)
    )
)
select
  drop_chunks(
    format('%%I.%%I', hypertable_schema, hypertable_name)::regclass, older_than => range_end, newer_than => range_start
  )
from gone
