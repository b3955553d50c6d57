-- The roles that a backup's rights name. Its migrations have run: they don't make them again.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['platspuls_reader', 'platspuls_staff', 'platspuls_admin', 'platspuls_ingest'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
  if not pg_catalog.pg_has_role('platspuls_staff', 'platspuls_reader', 'member') then
    grant platspuls_reader to platspuls_staff;
  end if;
  if not pg_catalog.pg_has_role('platspuls_admin', 'platspuls_staff', 'member') then
    grant platspuls_staff to platspuls_admin;
  end if;
end
$$
