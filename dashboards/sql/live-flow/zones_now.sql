-- People in each zone and how long ago that was, by its own time and its arrival. Figures older than 20 s, or of a clock that is
-- wrong, aren't shown; their age is.
select
  case '$language' when 'sv' then zone.name_sv else zone.name_en end as zone,
  case when live.age_s <= 20 and not live.clock_off then live.occupancy end as occupancy,
  case when live.age_s <= 20 and not live.clock_off then live.staying end as staying,
  coalesce(live.stay_s, zone.stay_threshold_s) as stay_s,
  live.age_s
from reading.zone
left join reading.live_zone as live on live.site = zone.site and live.zone = zone.zone
where zone.site = '$site' and zone.space = any (array[$space]::text[]) and zone.commissioned @> now()
order by 1, zone.zone
