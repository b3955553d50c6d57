-- Studies that are declared.
create view reading.study as
select
  site.key as site,
  study_id,
  study.version,
  study.key as study,
  study.name_sv,
  study.name_en,
  note,
  declared_at,
  written_at,
  written_by
from platspuls.study
join platspuls.site using (site_id)
where withdrawn_at is null;
