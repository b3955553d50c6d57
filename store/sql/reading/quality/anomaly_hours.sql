-- needs: reading.site_hours
-- The hours in which silence and darkness mean something: the open ones where the site file has them, else all.
create function reading.anomaly_hours(p_site text) returns text
language sql stable
begin atomic
  select case
    when exists (select from reading.site_hours where site_hours.site = p_site and site_hours.kind = 'open') then 'open'
    else 'all'
  end;
end;
