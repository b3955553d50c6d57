-- What a counter counted on a line in some time: only facts that lie in it whole.
create function writing.counter_crossings(
  p_line_id integer, p_during tstzrange,
  out machine jsonb, out reported_s bigint, out observed_ms bigint, out setup_ids integer[], out dark boolean,
  out busy numeric
)
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select jsonb_build_object('forward', sum(fact.forward), 'backward', sum(fact.backward)),
    coalesce(sum(fact.period_s), 0), coalesce(sum(fact.observed_ms), 0), array_agg(distinct fact.setup_id),
    coalesce(bool_or(fact.flags & 1 <> 0), false),
    round(sum(fact.forward + fact.backward) * 60000.0 / nullif(sum(fact.observed_ms), 0), 3)
  from platspuls.line_flow as fact
  where fact.line_id = p_line_id and fact.start >= lower(p_during)
    and fact.start < upper(p_during)
    and fact.start + make_interval(secs => fact.period_s) <= upper(p_during)
$$;
