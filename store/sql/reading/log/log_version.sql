-- needs: reading.site
-- The number of the last change of what people wrote of a site, with the version of its file: what is made of these is the
-- same as long as this is.
create view reading.log_version as
select
  site.site,
  site.version || '/' || coalesce(
    (
      select max(audit_id) from platspuls.audit
      where audit.site_id = (select site_id from platspuls.site as placed where placed.key = site.site)
    ),
    0
  ) as version
from reading.site;
