-- The phases of the chosen study: what was measured in each, over the whole local days watched for nine tenths or more in the
-- hours chosen, and how many of the days those are: a day that goes on, or of which a phase has a part, is none. Entries are those of the site; person-hours and the mean number present are over
-- the chosen spaces' zones that may be added. Which rules counted is of all lines and zones of the site; 'none' are those of a
-- counter that had no counting version.
with phase as (
  select phase, kind, starts_at, least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study'
),
entered as (
  select
    phase.phase,
    count(*) as days,
    count(*) filter (where flow.coverage >= 0.9) as days_used,
    round(avg(flow.entries) filter (where flow.coverage >= 0.9), 1) as entries_a_day
  from phase
  cross join lateral reading.site_flow('$site', 'day', phase.starts_at, phase.to_utc, '$hours') as flow
  where flow.coverage is not null and flow.start_utc >= phase.starts_at and flow.end_utc <= phase.to_utc
  group by phase.phase
),
day as (
  select
    phase.phase,
    flow.start_utc,
    min(flow.coverage) as coverage,
    sum(flow.presence_s) as presence_s,
    sum(flow.presence_s * 1000.0 / nullif(flow.observed_ms, 0)) as present
  from phase
  cross join lateral reading.zone_flow('$site', 'day', phase.starts_at, phase.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.disjoint and zone.space = any (array[$space]::text[])
    and flow.start_utc >= phase.starts_at and flow.end_utc <= phase.to_utc
  group by phase.phase, flow.start_utc
),
stayed as (
  select
    phase,
    count(*) as days,
    count(*) filter (where coverage >= 0.9) as days_used,
    round(avg(presence_s) filter (where coverage >= 0.9) / 3600.0, 1) as person_hours_a_day,
    round(avg(present) filter (where coverage >= 0.9), 2) as present
  from day
  group by phase
),
counted as (
  select
    phase.phase,
    string_agg(distinct coalesce(segment.counting_version::text, 'none'), ', ') as versions,
    count(*) filter (where '$study/' || phase.phase = any (segment.phases)) as cuts
  from phase
  cross join lateral reading.segments('$site', phase.starts_at, phase.to_utc) as segment
  group by phase.phase
)
select
  phase.phase,
  case
    when phase.phase = '$baseline' then 'baseline'
    when phase.phase = '$follow_up' then 'follow_up'
    else 'other'
  end as compared,
  phase.starts_at,
  phase.to_utc as ends_at,
  entered.entries_a_day,
  entered.days_used as entry_days_used,
  entered.days as entry_days,
  stayed.person_hours_a_day,
  stayed.present,
  stayed.days_used as presence_days_used,
  stayed.days as presence_days,
  counted.versions as counted_by,
  counted.cuts
from phase
left join entered on entered.phase = phase.phase
left join stayed on stayed.phase = phase.phase
left join counted on counted.phase = phase.phase
order by phase.starts_at, phase.phase
