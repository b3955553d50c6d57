-- A small site and a day and a half of its quarter-hours, the last but one of them began at seed.base; another site
-- with the same keys and large numbers, to show that nothing of it is ever counted. All that dashboards read has rows.
insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256) values
  ('torget', 'Torget', 'The square', 'Europe/Stockholm', ''),
  ('another', 'En annan', 'Another', 'Europe/Stockholm', '');

insert into platspuls.space (site_id, key, name_sv, name_en)
select site_id, s.key, s.name_sv, s.name_en
from platspuls.site, (values ('hall', 'Hallen', 'The hall'), ('yard', 'Gården', 'The yard')) as s (key, name_sv, name_en)
where site.key = 'torget'
union all
select site_id, 'hall', 'Hallen', 'The hall' from platspuls.site where key = 'another';

insert into platspuls.border (site_id, key, name_sv, name_en, from_space_id, to_space_id)
select site.site_id, b.key, b.name_sv, b.name_en, origin.space_id, destination.space_id
from (
  values
    ('torget', 'door', 'Dörren', 'The door', null, 'hall'),
    ('torget', 'gate', 'Grinden', 'The gate', 'yard', null),
    ('torget', 'passage', 'Gången', 'The passage', 'hall', 'yard'),
    ('another', 'door', 'Dörren', 'The door', null, 'hall')
) as b (site, key, name_sv, name_en, origin, destination)
join platspuls.site on site.key = b.site
left join platspuls.space as origin on origin.site_id = site.site_id and origin.key = b.origin
left join platspuls.space as destination on destination.site_id = site.site_id and destination.key = b.destination;

insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
select border.site_id, border_id, l.key, l.name_sv, l.name_en, l.role, '{(,)}'
from (
  values
    ('torget', 'door', 'door-left', 'Dörren vänster', 'The door, left', 'main'),
    ('torget', 'door', 'door-right', 'Dörren höger', 'The door, right', 'main'),
    ('torget', 'door', 'door-check', 'Dörren kontroll', 'The door, check', 'check'),
    ('torget', 'gate', 'gate', 'Grinden', 'The gate', 'main'),
    ('torget', 'passage', 'passage', 'Gången', 'The passage', 'main'),
    ('another', 'door', 'door-left', 'Dörren vänster', 'The door, left', 'main')
) as l (site, border, key, name_sv, name_en, role)
join platspuls.site on site.key = l.site
join platspuls.border on border.site_id = site.site_id and border.key = l.border;

insert into platspuls.zone (
  site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned
)
select space.site_id, space_id, z.key, z.name_sv, z.name_en, false, z.disjoint, 60, '{(,)}'
from (
  values
    ('torget', 'hall', 'benches', 'Bänkarna', 'The benches', true),
    ('torget', 'yard', 'stage', 'Scenen', 'The stage', true),
    ('torget', 'yard', 'piano', 'Pianot', 'The piano', false),
    ('another', 'hall', 'benches', 'Bänkarna', 'The benches', true)
) as z (site, space, key, name_sv, name_en, disjoint)
join platspuls.site on site.key = z.site
join platspuls.space on space.site_id = site.site_id and space.key = z.space;

insert into platspuls.device (site_id, key, name_sv, name_en)
select site_id, d.key, d.name_sv, d.name_en
from (
  values
    ('torget', 'cam', 'Kameran', 'The camera'),
    ('torget', 'beam', 'Strålen', 'The beam'),
    ('torget', 'spare', 'Reserven', 'The spare'),
    ('another', 'cam', 'Kameran', 'The camera')
) as d (site, key, name_sv, name_en)
join platspuls.site on site.key = d.site;

insert into platspuls.device_line (device_id, line_id, assigned)
select device_id, line_id, '{(,)}'
from platspuls.device
join platspuls.line using (site_id)
where device.key = case line.key when 'passage' then 'beam' when 'door-check' then 'spare' else 'cam' end;

insert into platspuls.device_zone (device_id, zone_id, assigned)
select device_id, zone_id, '{(,)}'
from platspuls.device
join platspuls.zone using (site_id)
where device.key = 'cam';

-- The passage is unseen for two hours, and half blind for the quarter-hour after them.
insert into platspuls.line_quarter
select line_id, start, 1, given.forward, given.backward, given.forward, given.backward,
  case when line.key = 'passage' and start = base - interval '8 hours' then 400000 else 900000 end, 32767, 0
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join lateral generate_series(
  base - interval '36 hours', base + interval '15 minutes', interval '15 minutes'
) as start
cross join (
  values
    ('torget', 'door-left', 3, 1),
    ('torget', 'door-right', 2, 1),
    ('torget', 'door-check', 500, 500),
    ('torget', 'gate', 5, 1),
    ('torget', 'passage', 4, 2),
    ('another', 'door-left', 1000, 1000)
) as given (site, line, forward, backward)
join platspuls.site on site.key = given.site
join platspuls.line on line.site_id = site.site_id and line.key = given.line
where line.key <> 'passage' or start < base - interval '10 hours' or start >= base - interval '8 hours';

-- The piano is unseen for three hours.
insert into platspuls.zone_quarter
select zone_id, start, 1, 6, 0, 6, 0, given.presence_s, 4, 900000, 32767, 0
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join lateral generate_series(
  base - interval '36 hours', base + interval '15 minutes', interval '15 minutes'
) as start
cross join (
  values ('torget', 'benches', 1800), ('torget', 'stage', 900), ('torget', 'piano', 450), ('another', 'benches', 90000)
) as given (site, zone, presence_s)
join platspuls.site on site.key = given.site
join platspuls.zone on zone.site_id = site.site_id and zone.key = given.zone
where zone.key <> 'piano' or start < base - interval '15 hours' or start >= base - interval '12 hours';

insert into platspuls.live_zone (zone_id, device_id, at, occupancy, staying, stay_s)
select zone_id, device_id, now(), given.occupancy, given.staying, 60
from (
  values ('torget', 'benches', 7, 3), ('torget', 'stage', 4, 0), ('torget', 'piano', 2, 1), ('another', 'benches', 900, 1)
) as given (site, zone, occupancy, staying)
join platspuls.site on site.key = given.site
join platspuls.zone on zone.site_id = site.site_id and zone.key = given.zone
join platspuls.device on device.site_id = site.site_id and device.key = 'cam';

insert into platspuls.device_status (
  device_id, online, at, received_at, epoch, made, outbox_records, clock_known, clock_offset_ms, frame_rate,
  temperature_c, setup, counter_version
)
select device_id, given.online, now(), now() - given.before, '0123456789abcdef', 9, 2, given.clock_known, 40, 9.9, 51.5,
  'sim-a', '0.1.0'
from (
  values
    ('torget', 'cam', true, interval '10 seconds', true),
    ('torget', 'beam', false, interval '400 seconds', false),
    ('another', 'cam', true, interval '9 days', true)
) as given (site, device, online, before, clock_known)
join platspuls.site on site.key = given.site
join platspuls.device on device.site_id = site.site_id and device.key = given.device;

insert into platspuls.delivery (device_id, epoch)
select device_id, '0123456789abcdef' from platspuls.device where key = 'cam';

insert into platspuls.conflict (kind, line_id, start, period_s, delivery_id, seq, fact)
select 'line_flow', line_id, current_setting('seed.base')::timestamptz - given.before, 60, delivery_id, 1, '{}'
from (
  values
    ('torget', interval '5 hours'),
    ('torget', interval '4 hours 59 minutes'),
    ('another', interval '5 hours')
) as given (site, before)
join platspuls.site on site.key = given.site
join platspuls.line on line.site_id = site.site_id and line.key = 'door-left'
join platspuls.device on device.site_id = site.site_id and device.key = 'cam'
join platspuls.delivery using (device_id);

insert into platspuls.held (site_key, device_key, cause, detail) values
  ('torget', 'ghost', 'unknown_device', 'ghost'),
  ('nowhere', 'cam', 'unknown_site', 'nowhere'),
  ('another', 'cam', 'unknown_line', 'x');

insert into platspuls.reject (
  arrived_at, last_at, times, topic, site_key, device_key, code, reason, payload_sha256, payload_bytes
)
select at, at, given.times, 'topic', given.site, given.device, 'unknown_field', 'no field of that name', given.times::text, 9
from (select current_setting('seed.base')::timestamptz - interval '3 hours' as at) as seed
cross join (values ('torget', 'cam', 3), (null, null, 2), ('another', 'cam', 100)) as given (site, device, times);

-- Dwell: in each quarter-hour four visits of 10 to 15 s and two of 90 to 120 s; the piano's were lost from sight.
insert into platspuls.zone_dwell
select filled.*
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join lateral generate_series(
  base - interval '36 hours', base + interval '15 minutes', interval '15 minutes'
) as start
cross join (
  values
    ('torget', 'benches', '{"complete_02": 4, "complete_08": 2, "fragment_01": 1}'::jsonb),
    ('torget', 'stage', '{"complete_02": 4, "complete_08": 2}'),
    ('torget', 'piano', '{"complete_02": 3, "cut_02": 3}'),
    ('another', 'benches', '{"complete_20": 1000}')
) as given (site, zone, visits)
join platspuls.site on site.key = given.site
join platspuls.zone on zone.site_id = site.site_id and zone.key = given.zone
cross join (
  select jsonb_object_agg(attname, 0) as zeros
  from pg_attribute
  where attrelid = 'platspuls.zone_dwell'::regclass and attnum > 0 and atttypid in ('integer'::regtype, 'bigint'::regtype)
) as columns
cross join lateral jsonb_populate_record(
  null::platspuls.zone_dwell,
  zeros || visits || jsonb_build_object('zone_id', zone_id, 'start', start, 'setup_id', 1, 'observed_ms', 900000)
) as filled;

-- A study of two phases, the later still open, and a concert during the last of its hours.
insert into platspuls.study (site_id, key, name_sv, name_en)
select site_id, 'bench', 'Bänkarna', 'The benches' from platspuls.site where key in ('torget', 'another');

insert into platspuls.phase (study_id, key, kind, during)
select study_id, given.key, given.kind, tstzrange(base + given.starts, base + given.ends)
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join platspuls.study
cross join (
  values
    ('before', 'baseline', interval '-36 hours', interval '-18 hours'),
    ('after', 'followup', interval '-18 hours', interval '30 days')
) as given (key, kind, starts, ends);

insert into platspuls.activity (
  activity_id, site_id, version, kind, title, space_id, starts_at, ends_at, written_at, written_by
)
select row_number() over (), site.site_id, 1, 'concert', given.title, space.space_id, base + given.starts, base + given.ends,
  now(), 'tests'
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join (
  values
    ('torget', 'hall', 'O''Haras''s choir', interval '-3 hours', interval '-2 hours'),
    ('torget', null, 'Cleaning day', interval '-30 hours', interval '-22 hours'),
    ('torget', 'yard', 'Flea market', interval '-8 hours', interval '-6 hours'),
    ('another', null, 'Elsewhere', interval '-3 hours', interval '-2 hours')
) as given (site, space, title, starts, ends)
join platspuls.site on site.key = given.site
left join platspuls.space on space.site_id = site.site_id and space.key = given.space;

insert into platspuls.unplaced_line (
  delivery_id, seq, line_id, setup_id, forward, backward, gross_forward, gross_backward, observed_s, flags
)
select delivery_id, 7, line_id, 1, 12, 9, 12, 9, 600, 0
from platspuls.delivery
join platspuls.device using (device_id)
join platspuls.line using (site_id)
join platspuls.site using (site_id)
where site.key = 'torget' and line.key = 'gate';

insert into platspuls.certificate (path, names, ends_at) values
  ('mosquitto/server.pem', '{localhost}', now() + interval '20 days 1 hour'),
  ('authority/ca.pem', '{Platspuls}', now() + interval '3000 days 1 hour');
insert into platspuls.size_limit (bytes) values (20000000000);

-- A site that was in use for two days of last month, for the public grid: its counter had 192 visits, its corner 3.
insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256)
values ('kiosk', 'Kiosken', 'The kiosk', 'Europe/Stockholm', '');
insert into platspuls.space (site_id, key, name_sv, name_en)
select site_id, 'front', 'Framsidan', 'The front' from platspuls.site where key = 'kiosk';
insert into platspuls.border (site_id, key, name_sv, name_en, to_space_id)
select site_id, 'street', 'Gatan', 'The street', space_id
from platspuls.space join platspuls.site using (site_id) where site.key = 'kiosk';
insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
select site_id, border_id, 'hatch', 'Luckan', 'The hatch', 'main', tstzmultirange(tstzrange(given.starts, given.starts + '2 days'))
from platspuls.border
join platspuls.site using (site_id)
cross join (select date_trunc('month', now(), 'UTC') - interval '10 days' as starts) as given
where site.key = 'kiosk';
insert into platspuls.zone (
  site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned
)
select line.site_id, space_id, z.key, z.name_sv, z.name_en, false, true, 60, line.commissioned
from platspuls.line
join platspuls.space using (site_id)
cross join (values ('counter', 'Disken', 'The counter'), ('corner', 'Hörnet', 'The corner')) as z (key, name_sv, name_en)
where line.key = 'hatch';

insert into platspuls.line_quarter
select line_id, start, 1, 1, 1, 1, 1, 900000, 32767, 0
from platspuls.line
cross join lateral unnest(commissioned) as during
cross join lateral generate_series(lower(during), upper(during) - interval '15 minutes', interval '15 minutes') as start
where line.key = 'hatch';

insert into platspuls.zone_quarter
select zone_id, start, 1, given.visits, 0, given.visits, 0, given.visits * 450, 1, 900000, 32767, 0
from platspuls.zone
cross join lateral unnest(commissioned) as during
cross join lateral generate_series(lower(during), upper(during) - interval '15 minutes', interval '15 minutes') as start
cross join lateral (
  select case when zone.key = 'counter' or start < lower(during) + interval '45 minutes' then 1 else 0 end as visits
) as given
where zone.key in ('counter', 'corner');

insert into platspuls.zone_dwell
select filled.*
from platspuls.zone_quarter as given
join platspuls.zone using (zone_id)
cross join (
  select jsonb_object_agg(attname, 0) as zeros
  from pg_attribute
  where attrelid = 'platspuls.zone_dwell'::regclass and attnum > 0 and atttypid in ('integer'::regtype, 'bigint'::regtype)
) as columns
cross join lateral jsonb_populate_record(
  null::platspuls.zone_dwell,
  zeros || jsonb_build_object(
    'zone_id', zone_id, 'start', start, 'setup_id', 1, 'observed_ms', 900000, 'complete_13', given.entries
  )
) as filled
where zone.key in ('counter', 'corner');
