do $$
begin
  if not exists (select from pg_extension where extname = 'timescaledb') then
    execute format('create extension timescaledb version %L', current_setting('platspuls.timescale_wanted'));
  end if;
end
$$
