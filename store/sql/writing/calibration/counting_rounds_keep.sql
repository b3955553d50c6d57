-- needs: reading.compared_round, reading.counting_round
-- Keeps with counting rounds what their counter counted, so that it stays as it is now. p_whole: only where all of the
-- time is compared.
create function writing.counting_rounds_keep(p_numbers integer[], p_whole boolean) returns void
language sql set search_path = pg_catalog, platspuls, pg_temp
as $$
  update platspuls.calibration_session as kept
  set compared = found.compared, setup_id = found.setup_id, machine = found.machine, observed_ms = found.observed_ms,
    dark = found.dark, busy = found.busy
  from reading.counting_round as shown
  join platspuls.calibration_session as here on here.session_id = shown.counting_round_id
  cross join lateral reading.compared_round(
    here.kind, here.line_id, here.zone_id, here.during, here.hand_minutes is not null
  ) as found
  where shown.counting_round_id = any (p_numbers) and kept.session_id = here.session_id and here.compared is null
    and shown.state = 'compared' and (not p_whole or shown.reason is null)
$$;
