-- needs: reading.line_day, reading.line_grains, reading.line_hour, reading.line_quarter
-- The counts of each line that make up the buckets asked for: sums by day or hour where there are, and quarter-hours for the
-- rest (reading.line_grains). Each row lies in one bucket. Where its grain is the bucket, it is all of it.
create function reading.line_parts(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_lines text[],
  p_corrected boolean default false
)
returns table (
  line_id integer, start timestamptz, grain text, forward integer, backward integer, gross_forward integer,
  gross_backward integer, observed_ms integer, flags integer
)
language sql stable
begin atomic
  with grain as materialized (
    select * from reading.line_grains(p_site, p_bucket, p_from, p_to, p_hours, p_lines, p_corrected)
  )
  select
    grain.line_id, part.start, 'day', part.forward, part.backward, part.gross_forward, part.gross_backward,
    part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.forward, one.backward, one.gross_forward, one.gross_backward, one.observed_ms, one.flags
      from reading.line_day as one
      where one.line_id = grain.line_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'day'
  union all
  select
    grain.line_id, part.start, 'hour', part.forward, part.backward, part.gross_forward, part.gross_backward,
    part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.forward, one.backward, one.gross_forward, one.gross_backward, one.observed_ms, one.flags
      from reading.line_hour as one
      where one.line_id = grain.line_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'hour'
  union all
  select
    grain.line_id, part.start, 'quarter', part.forward, part.backward, part.gross_forward, part.gross_backward,
    part.observed_ms, part.flags
  from grain
    cross join lateral (
      select
        one.start, one.forward, one.backward, one.gross_forward, one.gross_backward, one.observed_ms, one.flags
      from reading.line_quarter as one
      where one.line_id = grain.line_id and one.start >= grain.from_utc and one.start < grain.to_utc
      offset 0
    ) as part
  where grain.grain = 'quarter';
end;
