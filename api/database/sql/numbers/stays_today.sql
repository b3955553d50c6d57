-- Visits of the zones that may be added, ended in [from, to), that lasted as long as the zone's own threshold: at least so many.
select sum(dwell.stays_low)::bigint as stays, min(zone.stay_threshold_s) as least_s, max(zone.stay_threshold_s) as most_s
from reading.zone
  cross join lateral reading.zone_dwell(
    %(site)s, 'day', %(from_utc)s, %(to_utc)s, zone.stay_threshold_s, 'all', array[zone.zone]
  ) as dwell
where zone.site = %(site)s and zone.disjoint and dwell.observed_ms > 0
