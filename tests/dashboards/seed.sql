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
select line_id, start, 1, told.forward, told.backward, told.forward, told.backward,
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
) as told (site, line, forward, backward)
join platspuls.site on site.key = told.site
join platspuls.line on line.site_id = site.site_id and line.key = told.line
where line.key <> 'passage' or start < base - interval '10 hours' or start >= base - interval '8 hours';

insert into platspuls.zone_quarter
select zone_id, start, 1, 6, 0, 6, 0, told.presence_s, 4, 900000, 32767, 0
from (select current_setting('seed.base')::timestamptz as base) as seed
cross join lateral generate_series(
  base - interval '36 hours', base + interval '15 minutes', interval '15 minutes'
) as start
cross join (
  values ('torget', 'benches', 1800), ('torget', 'stage', 900), ('torget', 'piano', 450), ('another', 'benches', 90000)
) as told (site, zone, presence_s)
join platspuls.site on site.key = told.site
join platspuls.zone on zone.site_id = site.site_id and zone.key = told.zone;

insert into platspuls.live_zone (zone_id, device_id, at, occupancy, staying, stay_s)
select zone_id, device_id, now(), told.occupancy, told.staying, 60
from (
  values ('torget', 'benches', 7, 3), ('torget', 'stage', 4, 0), ('torget', 'piano', 2, 1), ('another', 'benches', 900, 1)
) as told (site, zone, occupancy, staying)
join platspuls.site on site.key = told.site
join platspuls.zone on zone.site_id = site.site_id and zone.key = told.zone
join platspuls.device on device.site_id = site.site_id and device.key = 'cam';

insert into platspuls.device_status (
  device_id, online, at, received_at, epoch, made, outbox_records, clock_known, clock_offset_ms, frame_rate,
  temperature_c, setup, counter_version
)
select device_id, told.online, now(), now() - told.before, '0123456789abcdef', 9, 2, told.clock_known, 40, 9.9, 51.5,
  'sim-a', '0.1.0'
from (
  values
    ('torget', 'cam', true, interval '10 seconds', true),
    ('torget', 'beam', false, interval '400 seconds', false),
    ('another', 'cam', true, interval '9 days', true)
) as told (site, device, online, before, clock_known)
join platspuls.site on site.key = told.site
join platspuls.device on device.site_id = site.site_id and device.key = told.device;

insert into platspuls.delivery (device_id, epoch)
select device_id, '0123456789abcdef' from platspuls.device where key = 'cam';

insert into platspuls.conflict (kind, line_id, start, period_s, delivery_id, seq, fact)
select 'line_flow', line_id, current_setting('seed.base')::timestamptz - told.before, 60, delivery_id, 1, '{}'
from (
  values
    ('torget', interval '5 hours'),
    ('torget', interval '4 hours 59 minutes'),
    ('another', interval '5 hours')
) as told (site, before)
join platspuls.site on site.key = told.site
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
select at, at, told.times, 'topic', told.site, told.device, 'unknown_field', 'no field of that name', told.times::text, 9
from (select current_setting('seed.base')::timestamptz - interval '3 hours' as at) as seed
cross join (values ('torget', 'cam', 3), (null, null, 2), ('another', 'cam', 100)) as told (site, device, times);
