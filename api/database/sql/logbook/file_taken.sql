-- The first file that is known by this: later ones of the same data are the same.
select begun_at, from_utc, to_utc
from reading.file_taken
where site = %(site)s and (data_version = %(known_by)s or sha256 = %(known_by)s)
order by begun_at
limit 1
