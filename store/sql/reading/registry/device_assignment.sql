-- Which device watches which line or zone during [from_utc, to_utc); to_utc null: until further notice.
create view reading.device_assignment as
select site.key as site, device.key as device, 'line' as kind, line.key as line, null as zone,
  lower(during) as from_utc, upper(during) as to_utc
from platspuls.device_line
join platspuls.device using (device_id)
join platspuls.site using (site_id)
join platspuls.line using (line_id)
cross join lateral unnest(assigned) as during
union all
select site.key, device.key, 'zone', null, zone.key, lower(during), upper(during)
from platspuls.device_zone
join platspuls.device using (device_id)
join platspuls.site using (site_id)
join platspuls.zone using (zone_id)
cross join lateral unnest(assigned) as during;
