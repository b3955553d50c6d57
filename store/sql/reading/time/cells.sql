-- needs: reading.buckets, reading.site
-- The buckets of a site's local time, numbered from 1; from_utc and to_utc are the bucket cut to [p_from, p_to). partial: it
-- is cut so, or hasn't ended yet.
create function reading.cells(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (
  n bigint, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  from_utc timestamptz, to_utc timestamptz, partial boolean
)
language sql stable
begin atomic
  select row_number() over (order by bucket.start_utc), bucket.start_utc, bucket.end_utc, bucket.start_local,
    bucket.utc_offset_s, greatest(bucket.start_utc, p_from), least(bucket.end_utc, p_to),
    bucket.start_utc < p_from or bucket.end_utc > least(p_to, now())
  from reading.site
    cross join lateral reading.buckets(site.time_zone, p_bucket, p_from, p_to) as bucket
  where site.site = p_site;
end;
