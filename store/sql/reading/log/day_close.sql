-- needs: reading.origin
-- How days went, as it is known now. starts_at, ends_at: of the day, by the site's clocks. opened_at and closed_at are given
-- where the place was open at other times than planned. disturbances: whether there were any; false says that there were none.
create view reading.day_close as
select
  site.key as site,
  day_close_id,
  day_close.version,
  day,
  day::timestamp at time zone site.time_zone as starts_at,
  (day + 1)::timestamp at time zone site.time_zone as ends_at,
  opening,
  opened_at,
  closed_at,
  disturbances,
  note,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(
    (day + 1)::timestamp at time zone site.time_zone - interval '1 microsecond', entered_at, written_at, entered_via,
    site.time_zone
  ) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.day_close
join platspuls.site using (site_id)
where withdrawn_at is null;
