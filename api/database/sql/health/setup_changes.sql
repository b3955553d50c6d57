-- How many lines and zones have a setup that changed within a phase of a study, and nobody has answered it.
select count(*)::integer as changes
from reading.anomaly
where site = %(site)s and rule = 'setup_changed' and state = 'open'
