-- Counting rounds are kept whatever their times are and whether or not the counter's records have come: what the counter
-- counted is looked up when a round is read, and kept with it once it is used or raw facts go. Rounds of before have it.
alter table platspuls.calibration_session
  alter column setup_id drop not null,
  alter column machine drop not null,
  alter column observed_ms drop not null,
  alter column dark drop not null,
  alter column busy drop not null,
  -- What was counted in each whole minute, so that a part can be compared: a list for each measure of hand, from the first
  -- minute on. Null: only the sums are known.
  add column hand_minutes jsonb,
  -- The part whose machine is kept here. Null: it is looked up in raw facts.
  add column compared tstzrange,
  add column version integer not null default 1,
  add column changed_at timestamptz,
  add column changed_by text;

update platspuls.calibration_session set compared = during;

alter table platspuls.calibration_session
  add constraint calibration_session_compared check (
    compared <@ during and num_nulls(compared, setup_id, machine, observed_ms, dark, busy) in (0, 6)
  ),
  add constraint calibration_session_minutes check (kind <> 'stays' or hand_minutes is null);

create index calibration_session_line on platspuls.calibration_session (line_id) where line_id is not null;
create index calibration_session_zone on platspuls.calibration_session (zone_id) where zone_id is not null;
