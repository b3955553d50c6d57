select cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset, cell.partial,
  temperature_mean_c, temperature_min_c, temperature_max_c, temperature_hours, precipitation_mm, precipitation_hours
from reading.weather_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as weather
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = weather.start_utc
where not (%(whole)s and cell.partial)
order by weather.start_utc
