-- Who imported which file of weather when: its first and last time that was new or other than before, how many values were
-- new, and how many replaced one.
create view reading.weather_import as
select site.key as site, weather_import_id, measure, file_name, imported_at, imported_by, first_at, last_at, added, replaced
from platspuls.weather_import
join platspuls.site using (site_id);
