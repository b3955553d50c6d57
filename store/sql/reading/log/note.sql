-- needs: reading.origin
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
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(coalesce(ends_at, starts_at), entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.note
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
