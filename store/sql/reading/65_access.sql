-- Whether a key or a session was ever made: from then on everybody is asked who they are, on this machine too.
create view reading.access as
select exists (select from platspuls.access_key) or exists (select from platspuls.access_session) as is_asked;
