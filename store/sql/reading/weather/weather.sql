-- The weather at a site: measure is temperature_c at a moment, or precipitation_mm of the hour that ends then.
create view reading.weather as
select site.key as site, measure, at, value
from platspuls.weather
join platspuls.site using (site_id);
