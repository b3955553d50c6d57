-- needs: writing.calibration_fields, writing.calibration_whole
-- What was counted by hand, checked, as it is kept.
create function writing.calibration_hand(p_kind text, p_hand jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  part jsonb;
  timed bigint := 0;
begin
  case p_kind
    when 'crossings' then
      perform writing.calibration_fields('hand', p_hand, 'forward', 'backward');
      return jsonb_build_object(
        'forward', writing.calibration_whole('hand.forward', p_hand -> 'forward'),
        'backward', writing.calibration_whole('hand.backward', p_hand -> 'backward')
      );
    when 'presence' then
      perform writing.calibration_fields('hand', p_hand, 'looks', 'present');
      if writing.calibration_whole('hand.looks', p_hand -> 'looks') < 3 then
        raise exception 'hand.looks %: fewer than 3 looks say nothing of the time between', p_hand -> 'looks'
          using errcode = '22023';
      end if;
      return jsonb_build_object(
        'looks', p_hand -> 'looks', 'present', writing.calibration_whole('hand.present', p_hand -> 'present')
      );
    when 'stays' then
      perform writing.calibration_fields('hand', p_hand, 'complete', 'known_s');
      if jsonb_typeof(p_hand -> 'complete') is distinct from 'array' or jsonb_array_length(p_hand -> 'complete') <> 24 then
        raise exception 'hand.complete: it must have a number for each of the 24 dwell bins' using errcode = '22023';
      end if;
      for part in select value from jsonb_array_elements(p_hand -> 'complete') loop
        timed := timed + writing.calibration_whole('hand.complete', part);
      end loop;
      if timed < 1 then
        raise exception 'hand.complete: nobody was timed' using errcode = '22023';
      end if;
      if jsonb_typeof(p_hand -> 'known_s') = 'number' then
        perform writing.calibration_whole('hand.known_s', p_hand -> 'known_s');
      end if;
      return jsonb_build_object('complete', p_hand -> 'complete', 'known_s', p_hand -> 'known_s');
    else
      raise exception 'kind %: kinds are crossings, presence and stays', p_kind using errcode = '22023';
  end case;
end;
$$;
