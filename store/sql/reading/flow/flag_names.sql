-- What was unusual, by name: bit n of the flags is the n-th name. The same as Flag in core/wire/records.py.
create function reading.flag_names(p_flags integer) returns text[]
language sql immutable parallel safe
return array(
  select flag.name
  from unnest(array[
    'dark', 'blocked', 'low_frame_rate', 'moved', 'clock_unsure', 'beam_blocked', 'fragmentation',
    'frozen', 'no_echo', 'low_contrast', 'swaying', 'moving_light'
  ]) with ordinality as flag (name, place)
  where p_flags & (1 << (flag.place::integer - 1)) <> 0
  order by flag.place
);
