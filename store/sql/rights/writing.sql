-- Last, when all commands stand. A command is a function that runs as the owner (security definer); the others are its
-- parts, and nobody's. Staff may run each command, but for those about keys and logins, which are an admin's.
-- A command finds nothing in a schema that its caller may write to: pg_temp is last in its path, or it could bring
-- tables of its own.
revoke all on all functions in schema writing from public;
grant usage on schema writing to platspuls_staff;
grant usage on schema writing to platspuls_admin;

do $$
declare
  command record;
begin
  for command in
    select oid::regprocedure as called, proname, proconfig
    from pg_catalog.pg_proc
    where pronamespace = 'writing'::regnamespace and prosecdef
    order by proname
  loop
    if not coalesce(command.proconfig @> array['search_path=pg_catalog, platspuls, pg_temp'], false) then
      raise exception '% must set search_path = pg_catalog, platspuls, pg_temp', command.called;
    end if;
    execute format('grant execute on function %s to platspuls_admin', command.called);
    if command.proname !~ '^(key|login)_' then
      execute format('grant execute on function %s to platspuls_staff', command.called);
    end if;
  end loop;
end
$$;
