-- What participants can be asked for by. Anything else is refused with SQLSTATE 23514, not answered with no rows.
create domain reading.participation_by as text check (value in ('kind', 'kind_age', 'kind_gender', 'kind_group'));
