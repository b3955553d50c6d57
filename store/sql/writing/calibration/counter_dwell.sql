-- The dwell of the visits that ended in some time, by bin, by the counter: whole quarter-hours. How busy it was comes from
-- the zone's quarter-hours, as when a factor is applied.
create function writing.counter_dwell(
  p_zone_id integer, p_during tstzrange,
  out machine jsonb, out reported_s bigint, out observed_ms bigint, out setup_ids integer[], out dark boolean,
  out busy numeric
)
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select jsonb_build_object(
    'complete', array[
      sum(complete_00), sum(complete_01), sum(complete_02), sum(complete_03), sum(complete_04), sum(complete_05),
      sum(complete_06), sum(complete_07), sum(complete_08), sum(complete_09), sum(complete_10), sum(complete_11),
      sum(complete_12), sum(complete_13), sum(complete_14), sum(complete_15), sum(complete_16), sum(complete_17),
      sum(complete_18), sum(complete_19), sum(complete_20), sum(complete_21), sum(complete_22), sum(complete_23)
    ],
    'cut', array[
      sum(cut_00), sum(cut_01), sum(cut_02), sum(cut_03), sum(cut_04), sum(cut_05), sum(cut_06), sum(cut_07),
      sum(cut_08), sum(cut_09), sum(cut_10), sum(cut_11), sum(cut_12), sum(cut_13), sum(cut_14), sum(cut_15),
      sum(cut_16), sum(cut_17), sum(cut_18), sum(cut_19), sum(cut_20), sum(cut_21), sum(cut_22), sum(cut_23)
    ]
  ),
    count(*) * 900, coalesce(sum(fact.observed_ms), 0), array_agg(distinct fact.setup_id),
    coalesce(bool_or(fact.flags & 1 <> 0), false),
    coalesce((
      select round(sum(quarter.presence_s) * 1000.0 / nullif(sum(quarter.observed_ms), 0), 3)
      from platspuls.zone_quarter as quarter
      where quarter.zone_id = p_zone_id and quarter.start >= lower(p_during) and quarter.start < upper(p_during)
    ), 0)
  from platspuls.zone_dwell as fact
  where fact.zone_id = p_zone_id and fact.start >= lower(p_during) and fact.start < upper(p_during)
$$;
