select weather_import_id, measure, file_name, imported_at, imported_by, first_at, last_at, added, replaced
from reading.weather_import
where site = %(site)s
order by weather_import_id
