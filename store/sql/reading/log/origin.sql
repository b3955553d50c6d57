-- Whether what was written was entered late: on a later day of the site's clocks than the one on which what it is of ended, or
-- from a paper form. A night until 04:00 belongs to the day before: who closes the place enters what was. p_until null: it is
-- of no time, and never late. p_entered_at null: not said, so when it arrived; nothing is entered after it arrived.
create function reading.is_late(
  p_until timestamptz, p_entered_at timestamptz, p_written_at timestamptz, p_via text, p_time_zone text
) returns boolean
language sql stable
return coalesce(
  p_via = 'paper'
  or (least(p_entered_at, p_written_at) at time zone p_time_zone - interval '4 hours')::date
    > (p_until at time zone p_time_zone - interval '4 hours')::date,
  p_via = 'paper', false
);

-- Whether nobody knows how right entered_at is: its device didn't know how far its clock was off, or it lies after the time at
-- which it arrived. False where the server's clock is all there is.
create function reading.is_clock_unsure(p_entered_at timestamptz, p_written_at timestamptz, p_skew_s numeric) returns boolean
language sql immutable
return coalesce(p_entered_at is not null and p_skew_s is null or p_entered_at > p_written_at + interval '2 minutes', false);
