-- Who may read the contract. Roles belong to the whole cluster, so another database may have made this one already, or an
-- administrator where the owner of this database may not make roles. A login gets the rights with
-- `grant platspuls_reader to LOGIN`.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'platspuls_reader') then
    create role platspuls_reader nologin;
  end if;
exception
  -- Another database's migration made it just now.
  when duplicate_object or unique_violation then null;
end
$$;
