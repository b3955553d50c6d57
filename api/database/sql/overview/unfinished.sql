-- What people haven't written yet at several sites: activities that ended within two weeks and have no participants.
select site, count(*)::integer as uncounted
from reading.activity
where site = any(%(sites)s::text[])
  and participants is null
  and ends_at <= %(at)s and ends_at > %(at)s::timestamptz - interval '14 days'
group by site
