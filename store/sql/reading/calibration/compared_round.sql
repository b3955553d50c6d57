-- needs: writing.counter_crossings, writing.counter_dwell, writing.counter_presence
-- What of a counting round can be compared with its counter, as raw facts are now: the part, and what the counter counted
-- in it.
--
-- All of the round, where the counter's own periods begin and end with it and 0.98 of it was reported and watched, by one
-- setup. Else, with p_has_minutes (by hand each minute is known), the longest run of periods that lie in it whole, one
-- after the other, of one setup and each watched (0.98); the first of those alike. Less than 5 minutes are not compared.
--
-- reason: why not all of it is compared; null: all of it is. no_records: some have not come. cuts_periods: it begins or
-- ends within a period of the counter. setup_changed, not_watched, too_short. waiting: nothing can be compared yet, and
-- records that are missing would let it.
create function reading.compared_round(
  p_kind text, p_line_id integer, p_zone_id integer, p_during tstzrange, p_has_minutes boolean,
  out compared tstzrange, out setup_id integer, out machine jsonb, out observed_ms bigint, out dark boolean,
  out busy numeric, out reason text, out waiting boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  with asked as (
    select lower(p_during) as from_utc, upper(p_during) as to_utc,
      extract(epoch from upper(p_during) - lower(p_during)) as seconds
  ),
  fact as (
    select flow.start, flow.start + make_interval(secs => flow.period_s) as ends, flow.period_s, flow.setup_id,
      flow.observed_ms
    from platspuls.line_flow as flow
    where p_kind = 'crossings' and flow.line_id = p_line_id
      and flow.start > lower(p_during) - interval '15 minutes' and flow.start < upper(p_during)
    union all
    select flow.start, flow.start + make_interval(secs => flow.period_s), flow.period_s, flow.setup_id, flow.observed_ms
    from platspuls.zone_flow as flow
    where p_kind = 'presence' and flow.zone_id = p_zone_id
      and flow.start > lower(p_during) - interval '15 minutes' and flow.start < upper(p_during)
    union all
    select dwell.start, dwell.start + interval '15 minutes', 900, dwell.setup_id, dwell.observed_ms
    from platspuls.zone_dwell as dwell
    where p_kind = 'stays' and dwell.zone_id = p_zone_id
      and dwell.start > lower(p_during) - interval '15 minutes' and dwell.start < upper(p_during)
  ),
  here as (
    select fact.*, fact.start >= asked.from_utc and fact.ends <= asked.to_utc as is_whole,
      least(fact.ends, asked.to_utc) - greatest(fact.start, asked.from_utc) as within
    from fact
      cross join asked
    where fact.ends > asked.from_utc
  ),
  linked as (
    select here.start, here.ends,
      lag(here.ends) over following = here.start and lag(here.setup_id) over following = here.setup_id as is_next
    from here
    where here.is_whole and here.observed_ms >= 980 * here.period_s
    window following as (order by here.start)
  ),
  numbered as (
    select linked.start, linked.ends,
      count(*) filter (where linked.is_next is not true) over (order by linked.start) as run
    from linked
  ),
  longest as (
    select min(numbered.start) as from_utc, max(numbered.ends) as to_utc
    from numbered
    group by numbered.run
    order by max(numbered.ends) - min(numbered.start) desc, min(numbered.start)
    limit 1
  ),
  known as (
    select coalesce(sum(here.period_s) filter (where here.is_whole), 0) as whole_s,
      coalesce(sum(here.observed_ms) filter (where here.is_whole), 0) as watched_ms,
      count(distinct here.setup_id) filter (where here.is_whole) as setups,
      coalesce(bool_or(not here.is_whole), false)
        or p_kind = 'stays' and (
          date_bin('15 minutes', lower(p_during), '2000-01-01 00:00Z') <> lower(p_during)
          or date_bin('15 minutes', upper(p_during), '2000-01-01 00:00Z') <> upper(p_during)
        ) as is_cut,
      coalesce(extract(epoch from sum(here.within)), 0) as reported_s
    from here
  ),
  judged as (
    select
      case
        when asked.seconds < 300 then 'too_short'
        when not p_has_minutes and known.is_cut then 'cuts_periods'
        when known.reported_s < asked.seconds * case when p_has_minutes then 1 else 0.98 end then 'no_records'
        when known.setups > 1 then 'setup_changed'
        when known.watched_ms < 980 * known.whole_s or not known.is_cut and known.watched_ms < 980 * asked.seconds
          then 'not_watched'
        when known.is_cut then 'cuts_periods'
      end as reason
    from known
      cross join asked
  ),
  chosen as (
    select case
      when judged.reason is null then p_during
      when p_has_minutes and longest.to_utc - longest.from_utc >= interval '5 minutes'
        then tstzrange(longest.from_utc, longest.to_utc)
    end as part, judged.reason
    from judged
      left join longest on true
  )
  select chosen.part, counted.setup_ids[1], counted.machine, counted.observed_ms, counted.dark, counted.busy, chosen.reason,
    chosen.part is null and chosen.reason = 'no_records'
      and not exists (select from platspuls.forgotten where forgotten.before >= upper(p_during))
  from chosen
    left join lateral (
      select * from writing.counter_crossings(p_line_id, chosen.part) where p_kind = 'crossings'
      union all
      select * from writing.counter_presence(p_zone_id, chosen.part) where p_kind = 'presence'
      union all
      select * from writing.counter_dwell(p_zone_id, chosen.part) where p_kind = 'stays'
    ) as counted on chosen.part is not null;
end;
