-- needs: reading.origin
-- When how many of the staff were there, by role, as it is known now. Without a space: somewhere at the site.
create view reading.staff_time as
select
  site.key as site,
  staff_time_id,
  staff_time.version,
  role,
  people,
  space.key as space,
  zone.key as zone,
  starts_at,
  ends_at,
  note,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(ends_at, entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.staff_time
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
left join platspuls.zone using (zone_id)
where withdrawn_at is null;
