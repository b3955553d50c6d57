-- In order. Who imported them: by name, or by pseudonym.
select weather_import_id, measure, file_name, imported_at,
  case when %(names)s::boolean then imported_by else reading.author(imported_by) end as imported_by, first_at, last_at, added, replaced
from reading.weather_import
where site = %(site)s
order by weather_import_id
