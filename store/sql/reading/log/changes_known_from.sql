-- Since when it is noted when data came: what reading.changes says of data is of later times.
create view reading.changes_known_from as
select applied_at as known_from
from public.platspuls_migration
where name = 'arrived';
