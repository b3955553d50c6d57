-- Manual counts that somebody wrote, or changed last, newest first.
select manual_count_id, version, mode, space, zone, line, starts_at, ends_at, joint, total, tallies, note, late
from reading.manual_count
where site = %(site)s and regexp_replace(written_by, '^login:[0-9]+ ', 'login:') = %(author)s
order by starts_at desc, manual_count_id desc
limit 100
