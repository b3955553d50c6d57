-- The ids of a site and of its line or zone. Takes a lock of the site, so that its calibrations are changed one at a time;
-- 7238202 and 7238203 are locks of runs of ingest and of looks for anomalies.
create function writing.calibration_place(
  p_site text, p_kind text, p_line text, p_zone text, out site_id integer, out line_id integer, out zone_id integer
)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
begin
  if coalesce(p_kind, '') not in ('crossings', 'presence', 'stays') then
    raise exception 'kind %: kinds are crossings, presence and stays', coalesce(p_kind, 'null') using errcode = '22023';
  end if;
  if (p_kind = 'crossings') <> (p_line is not null) or (p_kind = 'crossings') = (p_zone is not null) then
    raise exception 'kind %: crossings are of a line, presence and stays of a zone, not of line % and zone %',
      p_kind, coalesce(p_line, 'null'), coalesce(p_zone, 'null') using errcode = '22023';
  end if;
  select site.site_id into site_id from platspuls.site where site.key = p_site;
  if site_id is null then
    raise exception 'there is no site %', p_site using errcode = 'P0002';
  end if;
  perform pg_advisory_xact_lock(7238204, site_id);
  if p_kind = 'crossings' then
    select line.line_id into line_id
    from platspuls.line
    where line.site_id = calibration_place.site_id and line.key = p_line;
  else
    select zone.zone_id into zone_id
    from platspuls.zone
    where zone.site_id = calibration_place.site_id and zone.key = p_zone;
  end if;
  if line_id is null and zone_id is null then
    raise exception 'site % has no % %', p_site, case p_kind when 'crossings' then 'line' else 'zone' end,
      coalesce(p_line, p_zone) using errcode = 'P0002';
  end if;
end;
$$;
