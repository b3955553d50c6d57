-- needs: reading.site_calendar
-- Which kind of day a date is at a site: 1 mon_thu, 2 fri, 3 sat, 4 sun_holiday: a Sunday, or a holiday by the site file,
-- whatever its weekday.
create function reading.day_type(p_site text, p_day date) returns integer
language sql stable
return case
  when exists (
    select from reading.site_calendar as other
    where other.site = p_site and other.kind = 'holiday' and other.first_day <= p_day and other.end_day > p_day
  ) then 4
  else case extract(isodow from p_day) when 5 then 2 when 6 then 3 when 7 then 4 else 1 end
end;
