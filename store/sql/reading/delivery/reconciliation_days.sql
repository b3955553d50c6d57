-- needs: reading.numbers_in, reading.reconciliation, reading.site, reading.start_of_day
-- What became of the records of each local day of a site from p_from to before p_to: as reading.reconciliation_day says it
-- of one, with all facts read once.
--
-- The facts of a line lie apart from those of others, and are found by their keys: by a loop, whatever the caller allows.
create function reading.reconciliation_days(p_site text, p_from date, p_to date)
returns table (
  site text, device text, epoch text, day date, first_number bigint, last_number bigint, made bigint, stored bigint,
  rejected bigint, lost bigint, missing bigint, missing_before bigint, missing_after bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = on
begin atomic
  with edge as materialized (
    select array_agg(
      reading.start_of_day(site.time_zone, p_from::timestamp + make_interval(days => number)) order by number
    ) as starts
    from reading.site
    cross join generate_series(0, p_to - p_from) as number
    where site.site = p_site
  ),
  fact as (
    select delivery_id, width_bucket(start, (select starts from edge)) as n, min(seq) as first, max(seq) as last
    from platspuls.line_flow
    where line_id = any (array(select line_id from platspuls.line join platspuls.site using (site_id) where site.key = p_site))
      and start >= (select starts[1] from edge) and start < (select starts[p_to - p_from + 1] from edge)
    group by 1, 2
    union all
    select delivery_id, width_bucket(start, (select starts from edge)), min(seq), max(seq)
    from platspuls.zone_flow
    where zone_id = any (array(select zone_id from platspuls.zone join platspuls.site using (site_id) where site.key = p_site))
      and start >= (select starts[1] from edge) and start < (select starts[p_to - p_from + 1] from edge)
    group by 1, 2
    union all
    select delivery_id, width_bucket(start, (select starts from edge)), min(seq), max(seq)
    from platspuls.zone_dwell
    where zone_id = any (array(select zone_id from platspuls.zone join platspuls.site using (site_id) where site.key = p_site))
      and start >= (select starts[1] from edge) and start < (select starts[p_to - p_from + 1] from edge)
    group by 1, 2
    union all
    select delivery_id, width_bucket(start, (select starts from edge)), min(seq), max(seq)
    from platspuls.conflict
    join platspuls.delivery using (delivery_id)
    join platspuls.device using (device_id)
    join platspuls.site using (site_id)
    where site.key = p_site and start >= (select starts[1] from edge) and start < (select starts[p_to - p_from + 1] from edge)
    group by 1, 2
  ),
  dated as (
    select site.key as site, device.key as device, delivery.epoch, p_from + fact.n - 1 as day, min(first) as first,
      max(last) as last
    from fact
    join platspuls.delivery using (delivery_id)
    join platspuls.device using (device_id)
    join platspuls.site using (site_id)
    where site.key = p_site
    group by site.key, device.key, delivery.epoch, fact.n
  ),
  known as materialized (
    select * from reading.reconciliation where reconciliation.site = p_site
  ),
  placed as (
    select known.*, dated.day, dated.first, dated.last, int8multirange(int8range(dated.first, dated.last + 1)) as whole
    from dated
    join known using (device, epoch)
  )
  select
    placed.site,
    placed.device,
    placed.epoch,
    placed.day,
    placed.first,
    placed.last,
    placed.last - placed.first + 1,
    reading.numbers_in(placed.stored_numbers * placed.whole),
    reading.numbers_in(placed.rejected_numbers * placed.whole),
    reading.numbers_in(placed.lost_numbers * placed.whole),
    reading.numbers_in(placed.missing * placed.whole),
    placed.first - coalesce(
      (select max(upper(part)) from unnest(placed.stored_numbers) as part where upper(part) <= placed.first), 1
    ),
    coalesce(
      (select min(lower(part)) from unnest(placed.stored_numbers) as part where lower(part) > placed.last), placed.made + 1
    ) - 1 - placed.last
  from placed;
end;
