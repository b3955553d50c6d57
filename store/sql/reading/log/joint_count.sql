-- needs: reading.manual_count
-- Manual counts that are parts of one, put together: those of one site and mode with the same joint code (capitals or not)
-- whose times overlap, one after the other; a moment takes ten minutes here. A count without a code is by itself.
--
-- joint_count_id: the smallest number of its parts. space, zone, line: where all parts were; null: at several. total: of all
-- parts. tallies: added where all parts tell people apart by the same features (a part with nobody fits any); else null.
create view reading.joint_count as
with timed as (
  select counted.*, coalesce(ends_at, starts_at + interval '10 minutes') as until, upper(joint) as code
  from reading.manual_count as counted
),
linked as (
  select timed.*,
    max(until) over (
      partition by site, mode, code order by starts_at, manual_count_id rows between unbounded preceding and 1 preceding
    ) as until_before
  from timed
),
numbered as (
  select linked.*,
    case when code is null then manual_count_id
      else count(*) filter (where until_before > starts_at is not true) over (
        partition by site, mode, code order by starts_at, manual_count_id
      )
    end as place
  from linked
),
featured as (
  select numbered.*, (
    select array_agg(distinct label.key order by label.key)
    from jsonb_array_elements(tallies) as tally
    cross join lateral jsonb_each(tally) as label
    where label.key <> 'count' and label.value <> 'null'
  ) as features
  from numbered
)
select site, min(manual_count_id) as joint_count_id, mode, code as joint,
  case when count(distinct space) = 1 and count(space) = count(*) then min(space) end as space,
  case when count(distinct zone) = 1 and count(zone) = count(*) then min(zone) end as zone,
  case when count(distinct line) = 1 and count(line) = count(*) then min(line) end as line,
  min(starts_at) as starts_at,
  case when count(ends_at) = 0 and min(starts_at) = max(starts_at) then null else max(coalesce(ends_at, starts_at)) end as ends_at,
  array_agg(manual_count_id order by manual_count_id) as manual_counts,
  sum(total)::integer as total,
  case when count(distinct features) < 2 then (
    select coalesce(jsonb_agg(labels || jsonb_build_object('count', counted) order by labels), '[]')
    from (
      select jsonb_strip_nulls(tally) - 'count' as labels, sum((tally -> 'count')::integer) as counted
      from jsonb_array_elements(jsonb_path_query_array(jsonb_agg(tallies), '$[*][*]')) as tally
      group by jsonb_strip_nulls(tally) - 'count'
    ) as added
  ) end as tallies
from featured
group by site, mode, code, place;
