-- Makes the login that `database_login_describe` describes, or gives it the role and the password.
do $$
declare
  login_name constant text := current_setting('platspuls.login_name');
  login_role constant text := current_setting('platspuls.login_role');
begin
  if exists (select from pg_roles where rolname = login_name and (rolsuper or rolcreaterole or rolbypassrls)) then
    raise exception 'the user % may do more than a login of Platspuls: rename it', login_name
      using errcode = '42501';
  end if;
  if not exists (select from pg_roles where rolname = login_name) then
    execute format('create role %I', login_name);
  end if;
  execute format('alter role %I login password %L', login_name, current_setting('platspuls.login_verifier'));
  execute format('alter role %I set default_transaction_read_only = %s', login_name,
    current_setting('platspuls.login_reads_only'));
  -- Compiling the long queries of the reading contract takes seconds, running them milliseconds.
  execute format('alter role %I set jit = off', login_name);
  if not pg_has_role(login_name, login_role, 'member') then
    execute format('grant %I to %I', login_role, login_name);
  end if;
end
$$
