-- The version of what people wrote of a site: it rises with each change of a log record and each removal of texts, and not
-- with exports. With the version of the site file, which names spaces.
create function reading.written_version(p_site text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
return (
  select site.version || '/' || coalesce(
    (
      select max(audit_id)
      from platspuls.audit
      where audit.site_id = site.site_id
        and entity in (
          'activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'day_close',
          'activity_template', 'exclusion', 'study', 'phase', 'round_plan', 'texts'
        )
    ),
    0
  )
  from platspuls.site
  where key = p_site
);
