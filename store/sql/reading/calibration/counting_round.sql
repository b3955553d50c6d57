-- needs: reading.compared_round, reading.hand_within, reading.origin
-- What was counted by hand beside a counter, with what the counter counted in the same time: looked up as raw facts are now,
-- or as it was kept when a calibration was made of it.
--
-- state: compared; waiting (for the counter's records); never, for the reason. Of compared ones reason says why not all
-- of the time is: reading.compared_round has the reasons, and overlaps is of one that another of the same line or zone,
-- made before, shares time with. compared_hand, machine, observed_ms, dark, busy and setup are of the part that is compared.
create view reading.counting_round as
select
  site.key as site,
  session_id as counting_round_id,
  counting_round.kind,
  line.key as line,
  zone.key as zone,
  setup.key as setup,
  lower(counting_round.during) as from_utc,
  upper(counting_round.during) as to_utc,
  counting_round.hand,
  counting_round.hand_minutes,
  coalesce(counting_round.machine, found.machine) as machine,
  coalesce(counting_round.observed_ms, found.observed_ms) as observed_ms,
  coalesce(counting_round.dark, found.dark) as dark,
  coalesce(counting_round.busy, found.busy) as busy,
  counting_round.counted_by,
  counting_round.note,
  counting_round.entered_at as made_at,
  coalesce(counting_round.said_at, counting_round.changed_at, counting_round.entered_at) as entered_at,
  counting_round.entered_by,
  counting_round.entered_via,
  counting_round.entered_skew_s,
  reading.is_late(
    upper(counting_round.during), counting_round.said_at, coalesce(counting_round.changed_at, counting_round.entered_at),
    counting_round.entered_via, site.time_zone
  ) as late,
  reading.is_clock_unsure(
    counting_round.said_at, coalesce(counting_round.changed_at, counting_round.entered_at), counting_round.entered_skew_s
  ) as clock_unsure,
  counting_round.withdrawn_at,
  counting_round.withdrawn_by,
  counting_round.withdrawn_reason,
  case
    when coalesce(counting_round.compared, found.compared) is not null then 'compared'
    when found.waiting then 'waiting'
    else 'never'
  end as state,
  case when another.overlaps then 'overlaps' else found.reason end as reason,
  lower(coalesce(counting_round.compared, found.compared)) as compared_from,
  upper(coalesce(counting_round.compared, found.compared)) as compared_to,
  reading.hand_within(
    counting_round.hand, counting_round.hand_minutes, counting_round.during,
    coalesce(counting_round.compared, found.compared)
  ) as compared_hand,
  counting_round.version,
  counting_round.changed_at,
  counting_round.changed_by
from platspuls.calibration_session as counting_round
join platspuls.site using (site_id)
left join platspuls.line on line.line_id = counting_round.line_id
left join platspuls.zone on zone.zone_id = counting_round.zone_id
cross join lateral (
  select counting_round.compared is null and counting_round.withdrawn_at is null and exists (
    select from platspuls.calibration_session as earlier
    where (earlier.line_id = counting_round.line_id or earlier.zone_id = counting_round.zone_id)
      and earlier.kind = counting_round.kind and earlier.during && counting_round.during
      and earlier.session_id < counting_round.session_id and earlier.withdrawn_at is null
  ) as overlaps
) as another
left join lateral (
  select now_known.*
  from reading.compared_round(
    counting_round.kind, counting_round.line_id, counting_round.zone_id, counting_round.during,
    counting_round.hand_minutes is not null
  ) as now_known
  where counting_round.compared is null and not another.overlaps
) as found on true
left join platspuls.setup on setup.setup_id = coalesce(counting_round.setup_id, found.setup_id);
