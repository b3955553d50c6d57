-- The values of weather that an import (reading.weather_import) took the place of.
create view reading.weather_replaced as
select site.key as site, weather_import_id, weather_import.measure, weather_replaced.at, weather_replaced.value
from platspuls.weather_replaced
join platspuls.weather_import using (weather_import_id)
join platspuls.site using (site_id);
