-- Which quarter-hours of a zone's dwell are known, and how long each was observed. Without any join, so that an index
-- answers alone where observed_ms isn't asked for.
create view reading.zone_dwell_observed as
select zone_id, start, observed_ms from platspuls.zone_dwell;
