-- Adds to the counts of today.
update platspuls.day_count as known
set kept = known.kept + new.n, kept_bytes = known.kept_bytes + new.b
from json_to_recordset(%(uses)s::json) as new(s text, d text, n bigint, b bigint)
where known.day = (now() at time zone 'UTC')::date and known.what = %(what)s
  and (known.site_key, known.device_key) = (new.s, new.d)
