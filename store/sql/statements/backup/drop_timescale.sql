-- Another version of the extension than the backup had.
do $$
begin
  if (select extversion from pg_extension where extname = 'timescaledb') <> current_setting('platspuls.timescale_wanted') then
    drop extension timescaledb cascade;
  end if;
end
$$
