select site, weather_import_id, measure, at, value
from reading.weather_replaced
where site = any (%(sites)s)
order by weather_import_id, at
