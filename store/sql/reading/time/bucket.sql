-- The lengths that numbers can be asked for. Anything else is refused with SQLSTATE 23514, not answered with no rows.
create domain reading.bucket as text check (value in ('quarter', 'hour', 'day', 'week', 'month'));
