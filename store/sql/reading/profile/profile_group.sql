-- What a group of a profile (group_number of reading.profile_cells) is: ISO weekday (1 is Monday), hour by the site's
-- clocks, kind of day, month; null are those that the profile isn't by.
create function reading.profile_group(p_by text, p_number integer)
returns table (weekday integer, hour integer, day_type text, month integer)
language sql immutable parallel safe
begin atomic
  select
    case p_by when 'weekday' then p_number when 'weekday_hour' then (p_number - 1) / 24 + 1 end,
    case p_by when 'hour' then p_number - 1 when 'weekday_hour' then (p_number - 1) % 24 end,
    case p_by when 'day_type' then (array['mon_thu', 'fri', 'sat', 'sun_holiday'])[p_number] end,
    case p_by when 'month' then p_number end;
end;
