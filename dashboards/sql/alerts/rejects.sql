-- Alert: how many messages and records of each site were refused for the first time, or again, within the last hour; 'none' is
-- what names no known site.
select site.site, count(reject.number)::double precision as rejects
from (select site from reading.site union all select 'none') as site
left join reading.reject
  on reject.last_at > now() - interval '1 hour'
  and site.site = case when reject.site in (select site from reading.site) then reject.site else 'none' end
group by site.site
order by 1
