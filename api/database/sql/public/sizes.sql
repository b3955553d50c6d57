-- Of how many visits, and of how many stays by each zone's own threshold, the cells of the public grid of dwell speak.
select dwell.zone, start_utc, end_utc, entered, stays_low, stays_high, fragment, presence_s
from (
    select stay_threshold_s, array_agg(zone) as zones
    from reading.zone
    where site = %(site)s
    group by stay_threshold_s
  ) as asked
  cross join lateral reading.zone_dwell(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, asked.stay_threshold_s, %(hours)s, asked.zones
  ) as dwell
order by dwell.zone collate "C", start_utc
