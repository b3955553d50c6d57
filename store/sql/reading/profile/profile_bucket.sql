-- needs: reading.profile_by
-- The buckets that a profile is put together from: each lies in one of its groups.
create function reading.profile_bucket(p_by text) returns text
language sql immutable parallel safe
return case when p_by::reading.profile_by in ('hour', 'weekday_hour') then 'hour' else 'day' end;
