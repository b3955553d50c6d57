-- Which hours numbers can be asked for: all, or those that the site was open or staffed. Anything else is refused with
-- SQLSTATE 23514, not answered with no rows.
create domain reading.hours_kind as text check (value in ('all', 'open', 'staffed'));
