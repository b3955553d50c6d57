-- The files that are known by this: when the first of them was begun, and the range of all of them. Their data have one
-- version, but they may be of different ranges: what changed in any of these is a change. Null: one is of all times.
select min(begun_at) as begun_at, case when bool_and(from_utc is not null) then min(from_utc) end as from_utc,
  case when bool_and(to_utc is not null) then max(to_utc) end as to_utc
from reading.file_taken
where site = %(site)s and (data_version = %(known_by)s or sha256 = %(known_by)s)
having count(*) > 0
