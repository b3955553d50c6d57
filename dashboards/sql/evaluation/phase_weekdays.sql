-- Entries to the site a local day by weekday, baseline beside follow-up: means of the whole days watched for nine tenths
-- or more: a day that goes on, or of which a phase has a part, is none.
with phase as (
  select
    case phase when '$baseline' then 'baseline' else 'follow_up' end as compared,
    starts_at,
    least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study' and phase in ('$baseline', '$follow_up')
),
day as (
  select phase.compared, extract(isodow from flow.start_local)::integer as weekday, flow.entries
  from phase
  cross join lateral reading.site_flow('$site', 'day', phase.starts_at, phase.to_utc, '$hours') as flow
  where flow.coverage >= 0.9 and flow.start_utc >= phase.starts_at and flow.end_utc <= phase.to_utc
)
select
  (array[$weekdays])[weekday] as weekday,
  round(avg(entries) filter (where compared = 'baseline'), 1) as baseline,
  round(avg(entries) filter (where compared = 'follow_up'), 1) as follow_up
from day
group by day.weekday
order by day.weekday
