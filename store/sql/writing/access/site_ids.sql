-- The sites of a key or a login, from their keys; null stays null: all sites.
create function writing.site_ids(p_sites text[]) returns integer[]
language plpgsql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  unknown text;
begin
  if p_sites is null then
    return null;
  end if;
  if cardinality(p_sites) = 0 then
    raise exception 'sites: name at least one site, or none at all for every site' using errcode = '22023';
  end if;
  select string_agg(asked, ', ' order by asked) into unknown
  from unnest(p_sites) as asked
  where not exists (select from platspuls.site where key = asked);
  if unknown is not null then
    raise exception 'sites: there is no site %', unknown using errcode = 'P0002';
  end if;
  return (select array_agg(site_id order by site_id) from platspuls.site where key = any (p_sites));
end;
$$;
