"""A small site in the store, records to tell about it, and what the store holds afterwards."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core import wire
from ingest.messages import Incoming, LiveMessage, StatusMessage, Storable, decode, incoming
from ingest.quarantine.runs import IngestRun
from store.database import Database
from tests.support.waiting import eventually

SITE = "torget"
DEVICE = "cam"
LINES = ("north", "south")
ZONES = ("benches", "stage")
EPOCH = "0123456789abcdef"
START = datetime(2025, 3, 3, 10, tzinfo=UTC)
ARRIVED = datetime(2025, 6, 1, tzinfo=UTC)
ALWAYS = "{[2025-01-01T00:00Z,)}"


def make_site(
    database: Database, site: str = SITE, devices: Sequence[str] = (DEVICE,), *, assigned: str = ALWAYS
) -> None:
    """Put in a site of two lines and two zones; all devices are assigned to all of them for the time `assigned`."""
    columns = "site (key, name_sv, name_en, time_zone, file_sha256)"
    put(database, f"{columns} values (%s, 'x', 'x', 'Europe/Stockholm', '')", site)
    of_site = "from platspuls.site where site.key = %s"
    put(database, f"space (site_id, key, name_sv, name_en) select site_id, 'hall', 'x', 'x' {of_site}", site)
    of_space = "from platspuls.space join platspuls.site using (site_id) where site.key = %s"
    put(
        database,
        f"border (site_id, key, name_sv, name_en, to_space_id) select site_id, 'door', 'x', 'x', space_id {of_space}",
        site,
    )
    of_border = of_space.replace("space", "border")
    for line in LINES:
        columns = "line (site_id, border_id, key, name_sv, name_en, role, commissioned)"
        put(database, f"{columns} select site_id, border_id, %s, 'x', 'x', 'main', %s {of_border}", line, ALWAYS, site)
    for zone in ZONES:
        columns = (
            "zone (site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned)"
        )
        values = "site_id, space_id, %s, 'x', 'x', false, true, 60, %s"
        put(database, f"{columns} select {values} {of_space}", zone, ALWAYS, site)
    for device in devices:
        put(database, f"device (site_id, key, name_sv, name_en) select site_id, %s, 'x', 'x' {of_site}", device, site)
    assign(database, assigned, site)


def put(database: Database, rest: str, *parameters: object) -> None:
    """Insert into a table of the store: its name, and what follows."""
    database.execute(f"insert into platspuls.{rest}".encode(), parameters)


def assign(database: Database, assigned: str, site: str = SITE) -> None:
    """Assign all devices of a site to all its lines and zones for this time, and no other."""
    for part in ("line", "zone"):
        put(
            database,
            f"device_{part} (device_id, {part}_id, assigned) "  # noqa: S608 - words of ours
            f"select device_id, {part}_id, %s from platspuls.device join platspuls.{part} using (site_id) "
            "join platspuls.site using (site_id) where site.key = %s "
            f"on conflict (device_id, {part}_id) do update set assigned = excluded.assigned",
            assigned,
            site,
        )
    database.execute("update platspuls.site set version = version + 1 where key = %s", (site,))


def line_flow(line: str, forward: int = 1, backward: int = 0, observed_ms: int = 60_000) -> wire.LineFlow:
    return wire.LineFlow(line, forward, backward, forward + 1, backward + 1, observed_ms)


def zone_flow(zone: str, entries: int = 1, observed_ms: int = 60_000) -> wire.ZoneFlow:
    return wire.ZoneFlow(zone, entries, 1, entries, 1, entries * 30, entries + 1, observed_ms)


def flow(  # noqa: PLR0913 - as a record has
    seq: int,
    minute: int,
    *,
    lines: Sequence[str] = LINES,
    zones: Sequence[str] = (),
    period_s: int = 60,
    count: int = 1,
) -> wire.FlowRecord:
    """Return a flow record that starts so many minutes after START."""
    return wire.FlowRecord(
        seq=seq,
        start=START + timedelta(minutes=minute),
        period_s=period_s,
        setup="sim-a",
        lines=[line_flow(line, count) for line in lines],
        zones=[zone_flow(zone, count) for zone in zones],
    )


def dwell(seq: int, quarter: int, zones: Sequence[str] = ZONES, count: int = 1) -> wire.DwellRecord:
    """Return a dwell record that starts so many quarter-hours after START."""
    bins = [count] * wire.BINS
    histogram = wire.DwellHistogram(bins, count * wire.BIN_EDGES_S[-1])
    return wire.DwellRecord(
        seq=seq,
        start=START + timedelta(minutes=15 * quarter),
        period_s=wire.QUARTER_S,
        setup="sim-a",
        flags=[wire.Flag.DARK],
        zones=[wire.ZoneDwell(zone, histogram, histogram, histogram, 900_000) for zone in zones],
    )


def payload(
    records: Iterable[wire.Record], epoch: str = EPOCH, lost: Sequence[wire.LostRange] = (), previous: str | None = None
) -> bytes:
    return wire.encode_batch(epoch, [wire.encode(record) for record in records], lost=lost, previous_epoch=previous)


def topic(device: str = DEVICE, site: str = SITE, kind: wire.Kind = wire.Kind.RECORDS) -> str:
    return str(wire.Topic(site, device, kind))


def arrive(content: bytes, *, device: str = DEVICE, site: str = SITE, at: datetime = ARRIVED) -> Incoming:
    return incoming(topic(device, site), content, at)


def received(  # noqa: PLR0913 - as a message has
    *records: wire.Record,
    epoch: str = EPOCH,
    lost: Sequence[wire.LostRange] = (),
    previous: str | None = None,
    device: str = DEVICE,
    site: str = SITE,
    at: datetime = ARRIVED,
) -> Storable:
    """Return records as the message that ingest has read."""
    return meaning(arrive(payload(records, epoch, lost, previous), device=device, site=site, at=at))


def meaning(message: Incoming) -> Storable:
    """Return what ingest reads in a message that isn't about the present."""
    found = decode(message)
    assert not isinstance(found, LiveMessage | StatusMessage)
    return found


def plant_a_fault(database: Database, forward: int = 666) -> None:
    """Let the database fail as it never should when a line's record has this count; planted anew it replaces."""
    database.execute(
        "create or replace function platspuls.fault() returns trigger language plpgsql as "
        "$$ begin raise exception 'a fault nobody foresaw' using errcode = 'P0001'; end $$"
    )
    database.execute(
        f"create or replace trigger fault before insert on platspuls.line_flow for each row "
        f"when (new.forward = {forward:d}) execute function platspuls.fault()".encode()
    )


def begun(database: Database, *, alone: bool = True) -> IngestRun:
    """Return a run that was just started on this connection, when all before have left the server."""
    others = (
        "select 1 from pg_stat_activity where application_name = 'ingest' and datname = current_database() "
        "and pid <> pg_backend_pid()"
    )
    if alone:
        eventually(lambda: not rows(database, others))
    run = IngestRun()
    run.begin(database)
    return run


def rows(database: Database, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    return database.execute(query.encode(), parameters).fetchall()


_TABLES = {
    "line_flow": "*",
    "zone_flow": "*",
    "zone_dwell": "*",
    "line_quarter": "*",
    "zone_quarter": "*",
    "conflict": "kind, line_id, zone_id, start, period_s, delivery_id, seq, fact::text",
    "delivery": "delivery_id, device_id, epoch, previous_epoch, made, stored::text, rejected::text, lost::text",
    "data_version": "device_id, day, version",
    "setup": "setup_id, device_id, key",
}


def dump(database: Database, *but: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that counts, in order, without the times of the transactions."""
    return {
        table: sorted(rows(database, f"select {columns} from platspuls.{table}"), key=repr)  # noqa: S608 - words of ours
        for table, columns in _TABLES.items()
        if table not in but
    }


RECOUNT = {
    "line": """
        select line_id, date_bin('15 minutes', start, 'epoch'), max(setup_id), sum(forward)::int, sum(backward)::int,
          sum(gross_forward)::int, sum(gross_backward)::int, sum(observed_ms)::int,
          bit_or(((1 << period_s / 60) - 1) << extract(minute from start)::int % 15), bit_or(flags)
        from platspuls.line_flow group by 1, 2 order by 1, 2""",
    "zone": """
        select zone_id, date_bin('15 minutes', start, 'epoch'), max(setup_id), sum(entries)::int, sum(appeared)::int,
          sum(exits)::int, sum(lost)::int, sum(presence_s)::int, max(occupancy_max), sum(observed_ms)::int,
          bit_or(((1 << period_s / 60) - 1) << extract(minute from start)::int % 15), bit_or(flags)
        from platspuls.zone_flow group by 1, 2 order by 1, 2""",
}


def assert_recount_agrees(database: Database) -> None:
    """Check the quarter-hours against a count of the facts."""
    for part, query in RECOUNT.items():
        kept = rows(database, f"select * from platspuls.{part}_quarter order by 1, 2")  # noqa: S608 - words of ours
        assert kept == rows(database, query.replace("%", "%%"))


def a_run(rng: random.Random, epochs: Sequence[str] = (EPOCH, "fedcba9876543210")) -> list[wire.Batch]:
    """Return what a device sends over some hours: two epochs, some time reported twice, some records lost."""
    batches = []
    for number, epoch in enumerate(epochs):
        seq, minute = 1, number * 40
        for _ in range(12):
            records: list[wire.Record] = []
            for _ in range(rng.randint(1, 10)):
                records.append(flow(seq, minute, zones=ZONES, count=rng.randint(0, 9)))
                seq, minute = seq + 1, minute + 1
                if minute % 15 == 0:
                    records.append(dwell(seq, minute // 15 - 1, count=rng.randint(0, 3)))
                    seq += 1
            lost = [wire.LostRange(seq, seq + 2, "outbox_full")] if rng.random() < 0.2 else []
            seq += 3 * len(lost)
            batches.append(wire.Batch(epoch=epoch, records=records, lost=lost))
    return batches
