-- What the program that stores may do, and nothing else: it makes no site, deletes no fact, and reads nothing that people
-- wrote. The role is made here, not by a migration, since its rights follow each version's tables. A login gets them
-- with `grant platspuls_ingest to LOGIN`, or by `platspuls db migrate --logins`.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'platspuls_ingest') then
    create role platspuls_ingest nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema platspuls to platspuls_ingest;
grant select on public.platspuls_migration to platspuls_ingest;

-- Whom and what it knows.
grant select on
  platspuls.site, platspuls.space, platspuls.border, platspuls.line, platspuls.zone, platspuls.device,
  platspuls.device_line, platspuls.device_zone, platspuls.forgotten
to platspuls_ingest;
-- A device is locked while its records are stored. Locking a row needs the right to change a column of it; this one is
-- an identity, which can't be changed.
grant update (device_id) on platspuls.device to platspuls_ingest;

-- What it adds to.
grant select, insert on
  platspuls.setup, platspuls.conflict, platspuls.line_flow, platspuls.zone_flow, platspuls.zone_dwell,
  platspuls.unplaced_line, platspuls.unplaced_zone
to platspuls_ingest;

-- What it keeps right.
grant select, insert, update on
  platspuls.delivery, platspuls.reject, platspuls.data_version, platspuls.line_quarter, platspuls.zone_quarter,
  platspuls.device_status, platspuls.ahead, platspuls.line_skew, platspuls.zone_skew, platspuls.day_count,
  platspuls.unkept_reject, platspuls.quarantined
to platspuls_ingest;

-- What it sums up, from the hours and days of the site's time zone.
grant select, insert, update, delete on
  platspuls.line_summed, platspuls.zone_summed, platspuls.line_hour, platspuls.line_day, platspuls.zone_hour,
  platspuls.zone_day, platspuls.zone_dwell_hour, platspuls.zone_dwell_day
to platspuls_ingest;
grant usage on schema reading to platspuls_ingest;
grant execute on function
  reading.buckets(text, text, timestamptz, timestamptz), reading.start_of_day(text, timestamp)
to platspuls_ingest;

-- What passes.
grant select, insert, update, delete on
  platspuls.held, platspuls.live_line, platspuls.live_zone, platspuls.suspect, platspuls.ingest_run,
  platspuls.waiting_epoch
to platspuls_ingest;
grant usage on sequence platspuls.ingest_run_run_id_seq to platspuls_ingest;
