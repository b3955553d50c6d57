-- Whether callers must authenticate: once a key or a login was ever made, everybody must, on this machine too.
create view reading.authentication as
select exists (select from platspuls.access_key) or exists (select from platspuls.access_session) as is_required;
