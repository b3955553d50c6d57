-- Records of lines as they came, each of one period: only where raw facts are still kept. Ask for a site and a time.
create view reading.line_record as
select site.key as site, line.key as line, fact.start, fact.period_s, fact.forward, fact.backward, fact.observed_ms
from platspuls.line
join platspuls.site using (site_id)
join platspuls.line_flow as fact using (line_id);
