-- Whether anybody could authenticate at all: a key was made once, or somebody was invited to log in.
create view reading.invitation as
select exists (select from platspuls.access_key) or exists (select from platspuls.access_session) as is_given;
