-- How a command looks at what it was given. Each raises 22023 with a sentence that names the field and the value, and
-- returns null for a field that is null or not given, unless it is required.

create function writing.refused(p_sentence text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '%', p_sentence using errcode = '22023';
end;
$$;

-- What was given, short enough for a sentence.
create function writing.quoted(p_value jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case when length(p_value::text) > 60 then left(p_value::text, 57) || '...' else coalesce(p_value::text, 'null') end;

create function writing.given(p_fields jsonb, p_name text, p_required boolean) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := nullif(p_fields -> p_name, 'null');
begin
  if value is null and p_required then
    perform writing.refused(format('%s must be given', p_name));
  end if;
  return value;
end;
$$;

-- An object that has no other fields than these.
create function writing.check_object(p_value jsonb, p_name text, p_known text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  unknown text;
begin
  if p_value is null or jsonb_typeof(p_value) <> 'object' then
    perform writing.refused(format('%s must be an object, not %s', p_name, writing.quoted(p_value)));
  end if;
  if length(p_value::text) > 100000 then
    perform writing.refused(format('%s is longer than 100000 characters', p_name));
  end if;
  select key into unknown from jsonb_object_keys(p_value) as key where key <> all (p_known) order by key limit 1;
  if unknown is not null then
    perform writing.refused(format('%s is unknown: %s has %s', left(unknown, 60), p_name, array_to_string(p_known, ', ')));
  end if;
end;
$$;

-- Text of a person's own words. What surely identifies somebody isn't taken: an e-mail address, or a personal identity
-- number. A name can't be distinguished from other words: the documentation asks for none.
create function writing.text_of(p_fields jsonb, p_name text, p_longest integer, p_required boolean) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
  words text := btrim(value #>> '{}', E' \t\r\n');
begin
  if value is null then
    return null;
  end if;
  if jsonb_typeof(value) <> 'string' then
    perform writing.refused(format('%s must be text, not %s', p_name, writing.quoted(value)));
  end if;
  if length(words) not between 1 and p_longest then
    perform writing.refused(format('%s must have 1 to %s characters, not %s', p_name, p_longest, length(words)));
  end if;
  if words ~ E'[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]' then
    perform writing.refused(format('%s holds characters that can''t be written', p_name));
  end if;
  if words ~ '[^\s@]@[^\s@]+\.[^\s@]' or words ~ '(^|\D)(19|20)?\d{6}[-+ ]\d{4}(\D|$)' or words ~ '(^|\D)(19|20)\d{10}(\D|$)' then
    perform writing.refused(format('%s must not identify anybody: no e-mail address, no personal identity number', p_name));
  end if;
  return words;
end;
$$;

create function writing.choice_of(p_fields jsonb, p_name text, p_choices text[], p_required boolean) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
begin
  if value is not null and (jsonb_typeof(value) <> 'string' or value #>> '{}' <> all (p_choices)) then
    perform writing.refused(
      format('%s must be one of %s, not %s', p_name, array_to_string(p_choices, ', '), writing.quoted(value)));
  end if;
  return value #>> '{}';
end;
$$;

create function writing.key_of(p_fields jsonb, p_name text, p_required boolean) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
begin
  if value is not null and (jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '^[a-z0-9][a-z0-9-]{0,39}$') then
    perform writing.refused(
      format('%s must be 1 to 40 of a-z, 0-9 and -, such as spring-2027, not %s', p_name, writing.quoted(value)));
  end if;
  return value #>> '{}';
end;
$$;

create function writing.integer_of(p_fields jsonb, p_name text, p_least integer, p_most integer, p_required boolean)
returns integer
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
begin
  if value is null then
    return null;
  end if;
  if jsonb_typeof(value) <> 'number' or value::numeric <> trunc(value::numeric)
    or value::numeric not between p_least and p_most then
    perform writing.refused(
      format('%s must be a whole number from %s to %s, not %s', p_name, p_least, p_most, writing.quoted(value)));
  end if;
  return value::numeric::integer;
end;
$$;

create function writing.boolean_of(p_fields jsonb, p_name text, p_required boolean) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
begin
  if value is not null and jsonb_typeof(value) <> 'boolean' then
    perform writing.refused(format('%s must be true or false, not %s', p_name, writing.quoted(value)));
  end if;
  return value::boolean;
end;
$$;

-- A time with its offset, between 2020 and two years from now.
create function writing.time_of(p_fields jsonb, p_name text, p_required boolean) returns timestamptz
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
  at timestamptz;
begin
  if value is null then
    return null;
  end if;
  begin
    if value #>> '{}' ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)$' then
      at := (value #>> '{}')::timestamptz;
    end if;
  exception
    when datetime_field_overflow or invalid_datetime_format then null;
  end;
  if at is null then
    perform writing.refused(
      format('%s must be a time with its offset, such as 2026-10-25T12:00+01:00, not %s', p_name, writing.quoted(value)));
  end if;
  if at not between '2020-01-01Z' and clock_timestamp() + interval '2 years' then
    perform writing.refused(
      format('%s must lie between 2020 and two years from now, not %s', p_name, writing.quoted(value)));
  end if;
  return at;
end;
$$;

-- A date, between 2020 and two years from now.
create function writing.date_of(p_fields jsonb, p_name text, p_required boolean) returns date
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, p_required);
  day date;
begin
  if value is null then
    return null;
  end if;
  begin
    if value #>> '{}' ~ '^\d{4}-\d\d-\d\d$' then
      day := (value #>> '{}')::date;
    end if;
  exception
    when datetime_field_overflow or invalid_datetime_format then null;
  end;
  if day is null or day not between '2020-01-01' and (clock_timestamp() + interval '2 years')::date then
    perform writing.refused(
      format('%s must be a date from 2020 to two years from now, such as 2026-10-25, not %s', p_name, writing.quoted(value)));
  end if;
  return day;
end;
$$;

-- starts_at and ends_at fit each other. p_past: both lie in the past, since it was seen.
create function writing.check_times(p_starts timestamptz, p_ends timestamptz, p_longest interval, p_past boolean)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if p_ends <= p_starts then
    perform writing.refused(format('ends_at %s must be after starts_at %s', p_ends, p_starts));
  end if;
  if p_ends > p_starts + p_longest then
    perform writing.refused(format('ends_at %s may be %s after starts_at %s at most', p_ends, p_longest, p_starts));
  end if;
  if p_past and greatest(p_starts, p_ends) > clock_timestamp() + interval '2 minutes' then
    perform writing.refused(format('%s hasn''t come yet: note what was, when it was', greatest(p_starts, p_ends)));
  end if;
end;
$$;

-- The id of a space, zone or line of the site, or null where none is given.
create function writing.part_of(p_site platspuls.site, p_fields jsonb, p_kind text, p_required boolean) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  wanted_key text := writing.key_of(p_fields, p_kind, p_required);
  found_id integer;
begin
  if wanted_key is null then
    return null;
  end if;
  found_id := case p_kind
    when 'space' then (select space_id from platspuls.space where site_id = p_site.site_id and key = wanted_key)
    when 'zone' then (select zone_id from platspuls.zone where site_id = p_site.site_id and key = wanted_key)
    when 'line' then (select line_id from platspuls.line where site_id = p_site.site_id and key = wanted_key)
  end;
  if found_id is null then
    perform writing.refused(format('%s %s: the site %s has none of this key', p_kind, wanted_key, p_site.key));
  end if;
  return found_id;
end;
$$;

-- The space of the fields, or that of their zone. Refuses a zone that lies in another space.
create function writing.space_of(p_site platspuls.site, p_fields jsonb, p_required boolean) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  inside integer := writing.part_of(p_site, p_fields, 'zone', false);
  own_space integer := writing.part_of(p_site, p_fields, 'space', p_required and inside is null);
  around integer := (select zone.space_id from platspuls.zone where zone.zone_id = inside);
begin
  if own_space <> around then
    perform writing.refused(format('zone %s is not in space %s', p_fields ->> 'zone', p_fields ->> 'space'));
  end if;
  return coalesce(own_space, around);
end;
$$;
