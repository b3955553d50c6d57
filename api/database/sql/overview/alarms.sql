-- What waits for somebody at several sites: anomalies that nobody answered, messages held since a day ago, and times reported
-- twice since a week ago.
select asked.site,
  coalesce((
    select count(*) from reading.anomaly where anomaly.site = asked.site and anomaly.state = 'open'
  ), 0)::integer as anomalies,
  coalesce((
    select sum(held.times) from reading.held
    where held.site = asked.site and held.last_at > %(at)s::timestamptz - interval '1 day'
  ), 0)::integer as held,
  coalesce((
    select count(*) from reading.conflict
    where conflict.site = asked.site and conflict.noticed_at > %(at)s::timestamptz - interval '7 days'
  ), 0)::integer as conflicts
from unnest(%(sites)s::text[]) as asked (site)
