-- Variable: the counters of the chosen site.
select case '$language' when 'sv' then name_sv else name_en end as "__text", device as "__value"
from reading.device
where site = '$site'
order by 1, 2
