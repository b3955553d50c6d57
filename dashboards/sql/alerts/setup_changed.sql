-- Alert: in how many lines and zones of each site a setup changed within a phase of a study, and nobody has answered yet.
select site.site, count(anomaly.anomaly_id)::double precision as changes
from reading.site
left join reading.anomaly
  on anomaly.site = site.site and anomaly.rule = 'setup_changed' and anomaly.state = 'open'
group by site.site
order by 1
