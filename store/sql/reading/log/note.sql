-- Notes, as they are now. starts_at is null where a note is of no time, ends_at where it is of a moment.
create view reading.note as
select
  site.key as site,
  note_id,
  note.version,
  text,
  space.key as space,
  starts_at,
  ends_at,
  written_at,
  written_by,
  text_removed_at
from platspuls.note
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
