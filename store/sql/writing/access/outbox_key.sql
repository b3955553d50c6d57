-- needs: writing.requests
-- The key that an author's outbox in a browser is sealed with, in hex: the same in every login of theirs, in this installation
-- alone. Nobody can work it out without the installation's secret, nor the secret out of it.
create function writing.outbox_key(p_by text) returns text
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
return (
  select encode(sha256(secret || sha256(secret || convert_to('outbox ' || writing.author_of(p_by), 'UTF8'))), 'hex')
  from platspuls.pseudonym_secret
);
