-- Whether callers must authenticate: once a key was ever made, or a login begun, everybody must, on this machine too.
create view reading.authentication as
select
  exists (select from platspuls.access_key) or exists (select from platspuls.access_session where begun_at is not null)
    as is_required;
