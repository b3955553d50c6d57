-- What was counted by hand in a part of a counting round: of all of it, or of the minutes that lie in the part.
create function reading.hand_within(p_hand jsonb, p_minutes jsonb, p_during tstzrange, p_part tstzrange) returns jsonb
language sql immutable parallel safe
return case
  when p_part is null then null
  when p_part = p_during or p_minutes is null then p_hand
  else (
    select jsonb_object_agg(measure.key, (
      select sum(minute.counted::integer)
      from jsonb_array_elements_text(measure.value) with ordinality as minute (counted, number)
      where tstzrange(
        lower(p_during) + (minute.number - 1) * interval '1 minute', lower(p_during) + minute.number * interval '1 minute'
      ) <@ p_part
    ))
    from jsonb_each(p_minutes) as measure
  )
end;
