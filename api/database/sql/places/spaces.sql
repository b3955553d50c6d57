select space, jsonb_build_object('sv', name_sv, 'en', name_en) as name
from reading.space
where site = %(site)s
order by space
