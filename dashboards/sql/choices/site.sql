-- Variable: the sites, by name.
select case '$language' when 'sv' then name_sv else name_en end as "__text", site as "__value"
from reading.site
order by 1, 2
