-- Crossings of each line in the records of about the last quarter-hour: those of fifteen minutes, or the newest one of a line
-- that sends every quarter-hour. A record that has come in since is in it.
select line, sum(forward)::bigint as forward, sum(backward)::bigint as backward
from reading.line_record
where site = %(site)s and start < %(at)s and observed_ms > 0
  and start > %(at)s::timestamptz - interval '30 minutes'
  and start + make_interval(secs => period_s) > %(at)s::timestamptz - interval '15 minutes'
group by line
