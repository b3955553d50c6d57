-- The newest migration that this database ran.
create view reading.schema_version as
select max(number) as version
from public.platspuls_migration;
