-- Until when each line has records, and how long each of its intervals is by the newest of them; null where it has none, as
-- where raw facts are kept no longer. Ask for a site: each line is one look at an index.
create view reading.line_arrived as
select site.key as site, line.key as line, newest.period_s, newest.start + make_interval(secs => newest.period_s) as until_utc
from platspuls.line
join platspuls.site using (site_id)
left join lateral (
  select fact.start, fact.period_s
  from platspuls.line_flow as fact
  where fact.line_id = line.line_id
  order by fact.start desc
  limit 1
) as newest on true;
