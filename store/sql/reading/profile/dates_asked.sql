-- Which dates of a site are asked for, by its calendar. Anything else is refused with SQLSTATE 23514, not answered with no
-- rows.
create domain reading.dates_asked as text check (
  value in ('all', 'workday', 'holiday', 'school_break', 'term', 'school_day')
);
