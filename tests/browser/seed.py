"""Fills a real database, by SQL alone, with a place and what its devices reported: today, a week ago and now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Database

SITE = "provplatsen"
HOSTILE = "<script>document.title='broken'</script>"
"""A name as a careless or hostile site file might give it."""

_PLACE = """
insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256) values
  (%(site)s, 'Provplatsen', 'The trial place', 'Europe/Stockholm', '');
insert into platspuls.space (site_id, key, name_sv, name_en) values
  (1, 'gangtunneln', 'Gångtunneln', 'The tunnel'), (1, 'torget', %(hostile)s, %(hostile)s);
insert into platspuls.border (site_id, key, name_sv, name_en, from_space_id, to_space_id) values
  (1, 'stationen', 'Stationen', 'The station', null, 1), (1, 'mynningen', 'Tunnelmynningen', 'The mouth', 1, 2);
insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned) values
  (1, 1, 'stationen', 'Från stationen', 'From the station', 'main', '{[2020-01-01Z,)}'),
  (1, 2, 'mynningen', 'Ut på torget', 'Out on the square', 'main', '{[2020-01-01Z,)}');
insert into platspuls.zone
  (site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned) values
  (1, 1, 'golvet', 'Tunnelgolvet', 'The tunnel floor', true, true, 60, '{[2020-01-01Z,)}'),
  (1, 1, 'bankarna', 'Bänkarna', 'The benches', false, false, 120, '{[2020-01-01Z,)}');
insert into platspuls.device (site_id, key, name_sv, name_en) values
  (1, 'kamera', 'Kamera i tunneln', 'Camera in the tunnel'), (1, 'ir', 'IR-sensor', 'Infrared sensor');
insert into platspuls.device_line (device_id, line_id, assigned) values
  (1, 1, '{[2020-01-01Z,)}'), (1, 2, '{[2020-01-01Z,)}');
insert into platspuls.device_zone (device_id, zone_id, assigned) values
  (1, 1, '{[2020-01-01Z,)}'), (1, 2, '{[2020-01-01Z,)}');
insert into platspuls.setup (device_id, key) values (1, 'prov-a')
"""
_QUARTER = (
    "insert into platspuls.line_quarter"
    " (line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags)"
    " values (%(line)s, %(start)s, 1, %(forward)s, %(backward)s, %(forward)s, %(backward)s, %(observed_ms)s, 32767, 0)"
    " on conflict (line_id, start) do update set forward = excluded.forward"
)
_LIVE_ZONE = (
    "insert into platspuls.live_zone (zone_id, device_id, at, received_at, occupancy, staying, stay_s)"
    " values (%(zone)s, 1, now() - %(age)s, now() - %(age)s, %(occupancy)s, %(staying)s, %(stay_s)s)"
    " on conflict (zone_id) do update set at = excluded.at, received_at = excluded.received_at,"
    " occupancy = excluded.occupancy, staying = excluded.staying"
)
_LIVE_LINE = (
    "insert into platspuls.live_line (line_id, device_id, at, received_at, start, forward, backward)"
    " values (1, 1, now(), now(), date_trunc('minute', now()), 3, 1)"
    " on conflict (line_id) do update set at = now(), received_at = now()"
)
_STATUS = (
    "insert into platspuls.device_status"
    " (device_id, online, at, received_at, outbox_records, clock_known, clock_offset_ms, frame_rate)"
    " values (1, true, now(), now(), 0, true, 12, 9.96),"
    " (2, false, now() - interval '7 minutes', now() - interval '7 minutes', 1413, true, -140, 8)"
)


@dataclass(frozen=True, slots=True)
class Quarters:
    """Quarter-hours of one line in [start, end), each with the same counts. observed of 1.0 is all of it."""

    line: int
    start: datetime
    end: datetime
    forward: int
    backward: int
    observed: float = 1.0


def add_place(database: Database) -> None:
    """Add the site with two spaces, one of a hostile name, two lines, two zones and two devices."""
    for text in _PLACE.split(";\n"):
        database.execute(text.encode(), {"site": SITE, "hostile": HOSTILE})


def add_quarters(database: Database, quarters: Quarters) -> None:
    """Add what a line counted."""
    at = quarters.start
    while at < quarters.end:
        values = {
            "line": quarters.line,
            "start": at,
            "forward": quarters.forward,
            "backward": quarters.backward,
            "observed_ms": int(900_000 * quarters.observed),
        }
        database.execute(_QUARTER, values)
        at += timedelta(minutes=15)


def tell_zone(database: Database, zone: int, occupancy: int, *, staying: int = 0, age_s: int = 0) -> None:
    """Say how many are in a zone, as a device did `age_s` seconds ago."""
    values = {"zone": zone, "occupancy": occupancy, "staying": staying, "age": timedelta(seconds=age_s)}
    database.execute(_LIVE_ZONE, {**values, "stay_s": {1: 60, 2: 120}[zone]})


def tell_clock(database: Database, hours: int) -> None:
    """Let the clock of the first device be so many hours ahead, in its ticks and its status."""
    for table in ("live_zone", "live_line", "device_status"):
        change = f"update platspuls.{table} set at = now() + make_interval(hours => %s), received_at = now()"  # noqa: S608 - names of ours
        database.execute(f"{change} where device_id = 1".encode(), (hours,))


def tell_recorded_until(database: Database, days: int) -> None:
    """Let the first device have recorded so far into the future."""
    database.execute(
        "update platspuls.device_status set recorded_until = now() + make_interval(days => %s) where device_id = 1",
        (days,),
    )


def tell_line(database: Database, start: datetime, forward: int) -> None:
    """Say what the open interval of the first line, begun at `start`, holds so far."""
    database.execute(
        "update platspuls.live_line set start = %s, forward = %s, at = now(), received_at = now()", (start, forward)
    )


def tell_devices(database: Database) -> None:
    """Say that one device is online and one is not, and what the open interval of the first line holds."""
    database.execute(_LIVE_LINE)
    database.execute(_STATUS)
