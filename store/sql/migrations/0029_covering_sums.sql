-- Sums by day are read from their indexes alone. Each night adds one row of each line or zone: those of one lie as far apart
-- as there are lines, each on a page of its own, and in the index side by side. What nights add is noted as visible to
-- everybody early, or the index wouldn't do for it: after some percent, not a fifth of all.
alter table platspuls.line_day
  drop constraint line_day_pkey,
  add primary key (line_id, start)
    include (forward, backward, gross_forward, gross_backward, observed_ms, flags),
  set (autovacuum_vacuum_insert_scale_factor = 0.02);

alter table platspuls.zone_day
  drop constraint zone_day_pkey,
  add primary key (zone_id, start)
    include (entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, flags),
  set (autovacuum_vacuum_insert_scale_factor = 0.02);
