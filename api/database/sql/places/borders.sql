select border, jsonb_build_object('sv', name_sv, 'en', name_en) as name, from_space, to_space
from reading.border
where site = %(site)s
order by border
