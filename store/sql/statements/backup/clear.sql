-- Takes the store away.
do $$
begin
  drop schema if exists reading, writing, platspuls cascade;
  drop table if exists public.platspuls_migration;
end
$$
