-- Variable: the phases of the chosen study, the newest follow-up first.
select phase as "__text", phase as "__value"
from reading.phase
where site = '$site' and study = '$study'
order by kind is not distinct from 'baseline', starts_at desc, phase
