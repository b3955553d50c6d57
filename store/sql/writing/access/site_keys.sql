-- The other way round: keys of sites for a list of them, null for all sites.
create function writing.site_keys(p_site_ids integer[]) returns text[]
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select case
    when p_site_ids is not null then array(select key from platspuls.site where site_id = any (p_site_ids) order by key)
  end
$$;
