-- What the time of a profile is put together by. Anything else is refused with SQLSTATE 23514, not answered with no rows.
create domain reading.profile_by as text check (value in ('weekday', 'hour', 'weekday_hour', 'day_type', 'month'));
