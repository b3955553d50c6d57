-- Dates of a site that are unlike others, as its site file says: holidays and school breaks, [first_day, end_day).
create table platspuls.site_calendar (
  site_id integer not null references platspuls.site,
  kind text not null check (kind in ('holiday', 'school_break')),
  first_day date not null,
  end_day date not null,
  name text not null,
  primary key (site_id, kind, first_day),
  check (first_day < end_day)
);
