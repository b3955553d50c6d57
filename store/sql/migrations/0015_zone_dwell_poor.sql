-- Quarter-hours whose dwell was observed for less than nine tenths: few, and looked for in every answer about dwell.
create index zone_dwell_poor on platspuls.zone_dwell (zone_id, start) where observed_ms < 810000;
