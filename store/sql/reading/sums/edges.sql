-- needs: reading.buckets, reading.site
-- Where the buckets of a site's local time begin that overlap [p_from, p_to), in order, and where the last one ends.
create function reading.edges(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz) returns timestamptz[]
language sql stable
begin atomic
  select array_agg(bucket.start_utc order by bucket.start_utc) || max(bucket.end_utc)
  from reading.site
    cross join lateral reading.buckets(site.time_zone, p_bucket, p_from, p_to) as bucket
  where site.site = p_site;
end;
