-- Writes what the facts tell into the quarter-hours of a site's lines that differ, but where facts are gone, and
-- raises the data version of their days. The devices of the site must be locked. Returns how many were written.
with recounted as (
  select
    line_id,
    date_bin('15 minutes', start, 'epoch') as start,
    max(setup_id) as setup_id,
    sum(forward)::integer as forward,
    sum(backward)::integer as backward,
    sum(gross_forward)::integer as gross_forward,
    sum(gross_backward)::integer as gross_backward,
    sum(observed_ms)::integer as observed_ms,
    bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint %% 900) / 60)::integer) as minutes,
    bit_or(flags) as flags
  from platspuls.line_flow
  join platspuls.line using (line_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
  group by 1, 2
), kept as (
  select
    line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags
  from platspuls.line_quarter
  join platspuls.line using (line_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
), mended as (
  insert into platspuls.line_quarter (line_id, start, setup_id, forward, backward, gross_forward, gross_backward,
    observed_ms, minutes, flags)
  select line_id, start, recounted.setup_id, recounted.forward, recounted.backward, recounted.gross_forward,
    recounted.gross_backward, recounted.observed_ms, recounted.minutes, recounted.flags
  from recounted
  left join kept using (line_id, start)
  where kept is distinct from recounted and coalesce(kept.minutes, 0) & ~recounted.minutes = 0
  order by 1, 2
  on conflict (line_id, start) do update set
    setup_id = excluded.setup_id,
    forward = excluded.forward,
    backward = excluded.backward,
    gross_forward = excluded.gross_forward,
    gross_backward = excluded.gross_backward,
    observed_ms = excluded.observed_ms,
    minutes = excluded.minutes,
    flags = excluded.flags
  returning line_id, start
), raised as (
  insert into platspuls.data_version as known (device_id, day)
  select distinct delivery.device_id, (mended.start at time zone 'UTC')::date
  from mended
  join platspuls.line_flow as fact
    on fact.line_id = mended.line_id
    and fact.start >= mended.start and fact.start < mended.start + interval '15 minutes'
    and fact.start >= %(from)s and fact.start < %(to)s
  join platspuls.delivery using (delivery_id)
  order by 1, 2
  on conflict (device_id, day) do update set version = known.version + 1
)
select count(*) from mended
