-- Raises the data version of every device and day that a calibration corrects, so that nobody keeps an older answer.
-- Days without data have no version and no answer that could change.
create function writing.calibration_touched(p_line_id integer, p_zone_id integer, p_during tstzrange) returns void
language sql set search_path = pg_catalog, platspuls, pg_temp
as $$
  with device as (
    select device_line.device_id from platspuls.device_line where device_line.line_id = p_line_id
    union
    select device_zone.device_id from platspuls.device_zone where device_zone.zone_id = p_zone_id
  ),
  -- In the order in which ingest takes them: two that change the same days wait for each other, not for ever.
  touched as (
    select version.device_id, version.day
    from platspuls.data_version as version
    where version.device_id in (select device.device_id from device)
      and tstzrange(version.day::timestamp at time zone 'UTC', (version.day + 1)::timestamp at time zone 'UTC') && p_during
    order by version.device_id, version.day
    for update
  )
  update platspuls.data_version as version
  set version = version.version + 1
  from touched
  where version.device_id = touched.device_id and version.day = touched.day
$$;
