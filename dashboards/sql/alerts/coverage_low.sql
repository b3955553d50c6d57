-- Alert: the coverage of each line and zone over the last four hours that ended half an hour ago, since late records may be on
-- their way; those that should have been watched for an hour of it or more.
with asked as materialized (
  select
    site.site,
    date_bin('15 minutes', now() - interval '30 minutes', 'epoch') - interval '4 hours' as from_utc,
    date_bin('15 minutes', now() - interval '30 minutes', 'epoch') as to_utc
  from reading.site
),
measured as (
  select asked.site, 'line' as kind, flow.line as place, flow.observed_ms, flow.expected_ms
  from asked
  cross join lateral reading.line_flow(asked.site, 'quarter', asked.from_utc, asked.to_utc) as flow
  union all
  select asked.site, 'zone', flow.zone, flow.observed_ms, flow.expected_ms
  from asked
  cross join lateral reading.zone_flow(asked.site, 'quarter', asked.from_utc, asked.to_utc) as flow
)
select
  site,
  kind,
  place,
  reading.coverage(sum(observed_ms)::bigint, sum(expected_ms)::bigint)::double precision as coverage
from measured
group by site, kind, place
having sum(expected_ms) >= 3600000
order by 1, 2, 3
