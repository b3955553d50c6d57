-- Variable: the studies of the chosen site, the newest first.
select coalesce(case '$language' when 'sv' then name_sv else name_en end, study) as "__text", study as "__value"
from reading.study
where site = '$site'
order by declared_at desc, 1, 2
