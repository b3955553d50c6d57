select site, jsonb_build_object('sv', name_sv, 'en', name_en) as name, time_zone, version
from reading.site
where site = %(site)s
