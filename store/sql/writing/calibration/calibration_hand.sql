-- needs: writing.checks
-- What was counted by hand, checked, as it is kept.
create function writing.calibration_hand(p_kind text, p_hand jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  part jsonb;
  timed bigint := 0;
begin
  case p_kind
    when 'crossings' then
      perform writing.check_object(p_hand, 'hand', array['forward', 'backward']);
      return jsonb_build_object(
        'forward', writing.integer_of(p_hand, 'forward', 0, 100000, true),
        'backward', writing.integer_of(p_hand, 'backward', 0, 100000, true)
      );
    when 'presence' then
      perform writing.check_object(p_hand, 'hand', array['looks', 'present']);
      -- Fewer than 3 looks say nothing of the time between.
      return jsonb_build_object(
        'looks', writing.integer_of(p_hand, 'looks', 3, 100000, true),
        'present', writing.integer_of(p_hand, 'present', 0, 100000, true)
      );
    when 'stays' then
      perform writing.check_object(p_hand, 'hand', array['complete', 'known_s']);
      if jsonb_typeof(p_hand -> 'complete') is distinct from 'array' or jsonb_array_length(p_hand -> 'complete') <> 24 then
        perform writing.refused('hand.complete: it must have a number for each of the 24 dwell bins');
      end if;
      for part in select value from jsonb_array_elements(p_hand -> 'complete') loop
        timed := timed + writing.integer_of(jsonb_build_object('complete', part), 'complete', 0, 100000, true);
      end loop;
      if timed < 1 then
        perform writing.refused('hand.complete: nobody was timed');
      end if;
      return jsonb_build_object(
        'complete', p_hand -> 'complete', 'known_s', writing.integer_of(p_hand, 'known_s', 0, 100000, false)
      );
    else
      perform writing.refused(format('kind %s: kinds are crossings, presence and stays', p_kind));
  end case;
end;
$$;
