-- needs: reading.origin
-- Weeks of activities that come again, as they are now. items: [{weekday, from, to, kind, title, space, organiser}].
create view reading.activity_template as
select
  site.key as site,
  activity_template_id,
  activity_template.version,
  name,
  items,
  written_at,
  written_by,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(null, entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.activity_template
join platspuls.site using (site_id)
where withdrawn_at is null;
