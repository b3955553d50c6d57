-- Variable: the spaces of the chosen site.
select case '$language' when 'sv' then name_sv else name_en end as "__text", space as "__value"
from reading.space
where site = '$site'
order by 1, 2
