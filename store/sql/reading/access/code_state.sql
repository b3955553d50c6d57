-- What became of a code that begins a login: whoever has it may know whether it was used. Null: there never was such a code.
create function reading.code_state(p_code_sha256 bytea) returns text
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select case
    when begun_at is not null then 'used'
    when ended_at is not null or code_expires_at <= now() then 'over'
    else 'waits'
  end
  from access_session
  where code_sha256 = p_code_sha256
$$;
