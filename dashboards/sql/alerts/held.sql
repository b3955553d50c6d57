-- Alert: how many causes of each site hold records for more than ten minutes, and still did within the last hour; 'none' is what
-- names no known site.
select site.site, count(held.cause)::double precision as held
from (select site from reading.site union all select 'none') as site
left join reading.held
  on held.last_at > now() - interval '1 hour' and held.last_at - held.first_at > interval '10 minutes'
  and site.site = case when held.site in (select site from reading.site) then held.site else 'none' end
group by site.site
order by 1
