-- needs: reading.space, reading.space_flow
-- Mean time in each closed space from its lines alone (Little's law), between two times at which nobody was in it:
-- p_from and p_to, as the caller knows. Never in a verdict: what is missed alike both ways shows nowhere.
--
-- Person-seconds are the mean of the number inside at the beginning and the end of each quarter-hour, over all of them;
-- dwell_s is the middle of dwell_low_s and dwell_high_s, which are person-seconds over visits if all that the drift
-- (inward - outward) shows was missed as early, or as late, as can be. visits is the larger of inward and outward.
-- Refused when dwell_high_s is more than 25 % above dwell_low_s.
-- refused_for: not_closed (not every border had a main line all the time), coverage (a main line was watched for less
-- than 0.98 of it), empty (nobody came), drift.
create function reading.space_dwell(p_site text, p_from timestamptz, p_to timestamptz, p_spaces text[] default null)
returns table (
  space text, inward bigint, outward bigint, drift bigint, coverage numeric,
  dwell_s numeric, dwell_low_s numeric, dwell_high_s numeric, occupancy_mean numeric, refused_for text
)
language sql stable
begin atomic
  with flow as (
    select quarter.space, quarter.start_utc, quarter.coverage, coalesce(quarter.inward, 0) as inward,
      coalesce(quarter.outward, 0) as outward
    from reading.space_flow(p_site, 'quarter', p_from, p_to, 'all', p_spaces) as quarter
  ),
  counted as (
    select flow.*, sum(flow.inward - flow.outward) over (partition by flow.space order by flow.start_utc) as inside
    from flow
  ),
  total as (
    select counted.space, sum(counted.inward)::bigint as inward, sum(counted.outward)::bigint as outward,
      sum(900 * (2 * counted.inside - counted.inward + counted.outward) / 2) as person_s,
      avg(coalesce(counted.coverage, 0)) as coverage
    from counted
    group by counted.space
  ),
  bound as (
    select total.*, total.inward - total.outward as drift, greatest(total.inward, total.outward) as visits,
      extract(epoch from p_to - p_from) as whole_s,
      greatest(
        least(total.person_s, total.person_s - (total.inward - total.outward) * extract(epoch from p_to - p_from)), 0
      ) as low_s,
      greatest(
        total.person_s, total.person_s - (total.inward - total.outward) * extract(epoch from p_to - p_from), 0
      ) as high_s
    from total
  ),
  judged as (
    select bound.*,
      case
        when not place.closed_during @> tstzrange(p_from, p_to) then 'not_closed'
        when bound.coverage < 0.98 then 'coverage'
        when bound.visits = 0 then 'empty'
        when bound.high_s > 1.25 * bound.low_s then 'drift'
      end as refused_for
    from bound
      join reading.space as place on place.site = p_site and place.space = bound.space
  )
  select judged.space, judged.inward, judged.outward, judged.drift, round(judged.coverage, 4),
    case when judged.refused_for is null then round((judged.low_s + judged.high_s) / 2 / judged.visits, 1) end,
    case when judged.refused_for is null then round(judged.low_s / judged.visits, 1) end,
    case when judged.refused_for is null then round(judged.high_s / judged.visits, 1) end,
    case when judged.refused_for is null then round((judged.low_s + judged.high_s) / 2 / judged.whole_s, 3) end,
    judged.refused_for
  from judged;
end;
