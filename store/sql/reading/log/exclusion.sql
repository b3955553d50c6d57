-- Time that is to be left out of results now: of a line, a zone, a space with its lines and zones, or (none of them) the
-- whole site. result_seen: whether who excluded it had seen the result.
create view reading.exclusion as
select
  site.key as site,
  exclusion_id,
  exclusion.version,
  line.key as line,
  zone.key as zone,
  space.key as space,
  starts_at,
  ends_at,
  reason,
  result_seen,
  written_at,
  written_by
from platspuls.exclusion
join platspuls.site using (site_id)
left join platspuls.line using (line_id)
left join platspuls.zone using (zone_id)
left join platspuls.space on space.space_id = exclusion.space_id
where withdrawn_at is null;
