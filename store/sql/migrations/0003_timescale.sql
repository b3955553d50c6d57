-- TimescaleDB, where the server has it: the facts and aggregates become hypertables, in both editions. Nothing here
-- changes a number; PostgreSQL alone runs this file too and does nothing.
--
-- Chunk intervals. A chunk and its index should fit in a quarter of the server's memory, and one query of an
-- evaluator (a month by hour) should touch few chunks.
--   facts: 7 days. 500 devices with two lines make 1.4 million rows a day, about 1 GB a week with its index; one
--     place with ten lines makes 100,000 a week. Retention drops whole weeks.
--   quarter-hours and dwell: 90 days. 96 rows a day and line: 500 devices make 9 million in 90 days, about 1 GB.
--
-- Compression (Community edition). Facts alone, after 45 days: later than an outbox keeps what was not received, so
-- late data rarely meets a compressed chunk; where it does, an insert into it works. The aggregates are updated by
-- late data, and an update in a compressed chunk fails at 100,000 rows, so they stay as they are.
do $$
declare
  fact text;
begin
  if not exists (select from pg_extension where extname = 'timescaledb') then
    -- Only a superuser may make the extension, and see whether the server has loaded it. Another owner finds it made by
    -- an administrator, or goes without.
    if not (select rolsuper from pg_roles where rolname = current_user) then
      return;
    end if;
    if current_setting('shared_preload_libraries') !~ '\mtimescaledb\M' then
      return;
    end if;
    create extension timescaledb;
  end if;

  perform create_hypertable('platspuls.line_flow', by_range('start', interval '7 days'),
    create_default_indexes => false);
  perform create_hypertable('platspuls.zone_flow', by_range('start', interval '7 days'),
    create_default_indexes => false);
  perform create_hypertable('platspuls.zone_dwell', by_range('start', interval '90 days'),
    create_default_indexes => false);
  perform create_hypertable('platspuls.line_quarter', by_range('start', interval '90 days'),
    create_default_indexes => false);
  perform create_hypertable('platspuls.zone_quarter', by_range('start', interval '90 days'),
    create_default_indexes => false);

  if current_setting('timescaledb.license') = 'timescale' then
    foreach fact in array array['line', 'zone'] loop
      execute format(
        'alter table platspuls.%1$s_flow set (timescaledb.compress, timescaledb.compress_segmentby = ''%1$s_id'', '
        'timescaledb.compress_orderby = ''start'')', fact);
      perform add_compression_policy(format('platspuls.%s_flow', fact)::regclass, interval '45 days');
    end loop;
  end if;
end
$$;
