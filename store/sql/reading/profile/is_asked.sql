-- needs: reading.dates_asked, reading.site_calendar
-- Whether a date is among those asked for: holiday and school_break by the site's calendar; workday is Monday to Friday without
-- holidays, term what is in no school break, school_day a workday of term.
create function reading.is_asked(p_site text, p_day date, p_days text) returns boolean
language sql stable
return (
  select case p_days::reading.dates_asked
      when 'all' then true
      when 'holiday' then dated.holiday
      when 'workday' then dated.workday and not dated.holiday
      when 'school_break' then dated.school_break
      when 'term' then not dated.school_break
      else dated.workday and not dated.holiday and not dated.school_break
    end
  from (
    select extract(isodow from p_day) < 6 as workday,
      coalesce(bool_or(calendar.kind = 'holiday'), false) as holiday,
      coalesce(bool_or(calendar.kind = 'school_break'), false) as school_break
    from reading.site_calendar as calendar
    where calendar.site = p_site and calendar.first_day <= p_day and calendar.end_day > p_day
  ) as dated
);
