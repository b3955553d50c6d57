-- Whether a clock was off by more than a quarter of a bucket (quarter, hour, or day and longer): too much for a study to
-- count the bucket as observed.
create function reading.is_skewed(p_skew_s integer, p_bucket text) returns boolean
language sql immutable parallel safe
return 4 * p_skew_s > case p_bucket when 'quarter' then 900 when 'hour' then 3600 else 86400 end;
