-- Which kind of day a date is at a site: 1 mon_thu, 2 fri, 3 sat, 4 sun_holiday.
create function reading.day_type(p_site text, p_day date) returns integer
language sql stable
return case extract(isodow from p_day) when 5 then 2 when 6 then 3 when 7 then 4 else 1 end;
