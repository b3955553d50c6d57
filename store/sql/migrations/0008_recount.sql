-- Quarter-hours of a site that differ from what their facts tell now, in a range of whole quarter-hours: verify lists them
-- and repair writes them. kept or recounted is null where there is none. gone: a minute that is kept as told has no fact
-- any more, so the facts can't be trusted. A column that is added to a quarter-hour must be added here too.
create function platspuls.line_differences(p_site text, p_from timestamptz, p_to timestamptz)
returns table (kept platspuls.line_quarter, recounted platspuls.line_quarter, gone boolean)
language sql stable
begin atomic
  with counted as (
    select
      line_id,
      date_bin('15 minutes', start, 'epoch') as start,
      row(
        line_id,
        date_bin('15 minutes', start, 'epoch'),
        max(setup_id),
        sum(forward)::integer,
        sum(backward)::integer,
        sum(gross_forward)::integer,
        sum(gross_backward)::integer,
        sum(observed_ms)::integer,
        bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint % 900) / 60)::integer),
        bit_or(flags)
      )::platspuls.line_quarter as told
    from platspuls.line_flow
    join platspuls.line using (line_id)
    join platspuls.site using (site_id)
    where site.key = p_site and start >= p_from and start < p_to
    group by line_id, date_bin('15 minutes', start, 'epoch')
  ), there as (
    select line_id, start, line_quarter as told
    from platspuls.line_quarter
    join platspuls.line using (line_id)
    join platspuls.site using (site_id)
    where site.key = p_site and start >= p_from and start < p_to
  )
  select
    there.told,
    counted.told,
    coalesce((there.told).minutes, 0) & ~coalesce((counted.told).minutes, 0) <> 0
  from there
  full join counted using (line_id, start)
  where there.told is distinct from counted.told;
end;

create function platspuls.zone_differences(p_site text, p_from timestamptz, p_to timestamptz)
returns table (kept platspuls.zone_quarter, recounted platspuls.zone_quarter, gone boolean)
language sql stable
begin atomic
  with counted as (
    select
      zone_id,
      date_bin('15 minutes', start, 'epoch') as start,
      row(
        zone_id,
        date_bin('15 minutes', start, 'epoch'),
        max(setup_id),
        sum(entries)::integer,
        sum(appeared)::integer,
        sum(exits)::integer,
        sum(lost)::integer,
        sum(presence_s)::integer,
        max(occupancy_max)::integer,
        sum(observed_ms)::integer,
        bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint % 900) / 60)::integer),
        bit_or(flags)
      )::platspuls.zone_quarter as told
    from platspuls.zone_flow
    join platspuls.zone using (zone_id)
    join platspuls.site using (site_id)
    where site.key = p_site and start >= p_from and start < p_to
    group by zone_id, date_bin('15 minutes', start, 'epoch')
  ), there as (
    select zone_id, start, zone_quarter as told
    from platspuls.zone_quarter
    join platspuls.zone using (zone_id)
    join platspuls.site using (site_id)
    where site.key = p_site and start >= p_from and start < p_to
  )
  select
    there.told,
    counted.told,
    coalesce((there.told).minutes, 0) & ~coalesce((counted.told).minutes, 0) <> 0
  from there
  full join counted using (zone_id, start)
  where there.told is distinct from counted.told;
end;
