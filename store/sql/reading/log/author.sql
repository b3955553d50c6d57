-- Who wrote something, by a pseudonym: the same for all that one key or name wrote, in this installation alone. It can't be
-- turned back without the installation's secret, which nobody reads but this function. Logins of one name are one author.
create function reading.author(p_by text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
return (
  select 'author-' || left(encode(sha256(secret || sha256(secret || named.bytes)), 'hex'), 12)
  from platspuls.pseudonym_secret
  cross join lateral (select convert_to(regexp_replace(p_by, '^login:\d+ ', 'login:'), 'UTF8')) as named (bytes)
);
