-- People in the zones that may be added, and the age of the oldest figure. No sum while one of them isn't fresh (20 s), or is
-- of a clock that is wrong.
select
  case when bool_and(coalesce(live.age_s <= 20 and not live.clock_off, false)) then sum(live.occupancy) end as occupancy,
  max(live.age_s) as age_s
from reading.zone
left join reading.live_zone as live on live.site = zone.site and live.zone = zone.zone
where zone.site = '$site'
  and zone.space = any (array[$space]::text[])
  and zone.disjoint
  and zone.commissioned @> now()
