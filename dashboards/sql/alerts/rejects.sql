-- Alert: how many messages and records of each site were refused for the first time, or again, within the last hour, and how
-- many codes went on beyond what is kept of a device in a day; 'none' is what names no known site.
with refused as (
  select site from reading.reject where last_at > now() - interval '1 hour'
  union all
  select site from reading.unkept_reject where last_at > now() - interval '1 hour'
)
select site.site, count(refused)::double precision as rejects
from (select site from reading.site union all select 'none') as site
left join refused
  on site.site = case when refused.site in (select site from reading.site) then refused.site else 'none' end
group by site.site
order by 1
