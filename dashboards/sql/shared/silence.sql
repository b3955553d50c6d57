-- How long ago the most silent of the chosen counters was heard, and how many of them never were. One that is revoked has
-- nothing to say.
select max(age_s) as age_s, nullif(count(*) filter (where age_s is null), 0) as never_heard
from reading.device_health
where site = '$site' and device = any (array[$device]::text[]) and coalesce(revoked_at > now(), true)
