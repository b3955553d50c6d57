-- Who may read the public grid (reading.public_month, reading.public_dwell), and nothing else of the contract. As 0002: another
-- database or an administrator may have made the role.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'platspuls_public') then
    create role platspuls_public nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;
