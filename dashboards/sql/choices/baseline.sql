-- Variable: the phases of the chosen study, baselines first.
select phase as "__text", phase as "__value"
from reading.phase
where site = '$site' and study = '$study'
order by kind is not distinct from 'baseline' desc, starts_at, phase
