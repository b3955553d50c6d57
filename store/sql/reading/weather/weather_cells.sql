-- needs: reading.cells, reading.weather
-- The weather in each bucket: of the temperatures at moments in it, mean, lowest and highest; of the hours of precipitation
-- that lie in it or end in it, the sum. *_hours: how many there are. Null where there are none: nothing is filled in.
create function reading.weather_cells(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (
  start_utc timestamptz, temperature_mean_c numeric, temperature_min_c numeric, temperature_max_c numeric,
  temperature_hours bigint, precipitation_mm numeric, precipitation_hours bigint
)
language sql stable
begin atomic
  with cell as materialized (
    select * from reading.cells(p_site, p_bucket, p_from, p_to)
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts from cell
  ),
  placed as (
    -- An hour of precipitation belongs to the bucket in which its last moment lies.
    select weather.measure, weather.value::numeric as value,
      case weather.measure when 'temperature_c' then weather.at else weather.at - interval '1 second' end as moment
    from reading.weather
    where weather.site = p_site and weather.at >= p_from and weather.at <= p_to
  ),
  counted as (
    select width_bucket(placed.moment, (select edge.starts from edge)) as n,
      round(avg(placed.value) filter (where placed.measure = 'temperature_c'), 1) as mean,
      round(min(placed.value) filter (where placed.measure = 'temperature_c'), 1) as low,
      round(max(placed.value) filter (where placed.measure = 'temperature_c'), 1) as high,
      count(*) filter (where placed.measure = 'temperature_c') as temperatures,
      round(sum(placed.value) filter (where placed.measure = 'precipitation_mm'), 1) as rain,
      count(*) filter (where placed.measure = 'precipitation_mm') as rains
    from placed
    where placed.moment >= p_from and placed.moment < p_to
    group by 1
  )
  select cell.start_utc, counted.mean, counted.low, counted.high, coalesce(counted.temperatures, 0), counted.rain,
    coalesce(counted.rains, 0)
  from cell
    left join counted on counted.n = cell.n;
end;
