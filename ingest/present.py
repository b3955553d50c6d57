"""What is true now: live ticks and the state of devices. Only the newest counts, and none of it is a fact."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import timedelta
from typing import Final, TypeVar, assert_never

import msgspec

from ingest import wire
from ingest.arrival import LiveMessage, Present, StatusMessage
from ingest.catalogue import Catalogue, PartId
from ingest.database import Database, statement
from ingest.rows import as_json

_AHEAD: Final = timedelta(seconds=120)
"""A tick from further in the future would stop all later ones."""
_DEVICES: Final = 10_000
"""Most devices whose newest tick or status waits to be written."""

Row = Mapping[str, object]
M = TypeVar("M", LiveMessage, StatusMessage)


class Board:
    """Keeps the newest tick and status of each device until they are written together."""

    def __init__(self) -> None:
        self._lives: dict[wire.Topic, LiveMessage] = {}
        self._statuses: dict[wire.Topic, StatusMessage] = {}
        self._ignored = 0

    def note(self, message: Present) -> None:
        """Take a message, which supersedes the one before from the same device."""
        match message:
            case StatusMessage():
                taken = _put(self._statuses, message.topic, message)
            case LiveMessage():
                sane = message.live.at - message.arrived_at <= _AHEAD
                taken = sane and _put(self._lives, message.topic, message)
            case _:
                assert_never(message)
        self._ignored += not taken

    def __bool__(self) -> bool:
        return bool(self._lives or self._statuses)

    def take_ignored(self) -> int:
        """Return how many messages were left out since the last call: unknown device, clock ahead, or too many."""
        ignored, self._ignored = self._ignored, 0
        return ignored

    def write(self, database: Database, catalogue: Catalogue) -> None:
        """Write everything in the caller's transaction; `clear` follows its commit."""
        lives = list(self._lives.values())
        _write(database, "live_line_put", "ticks", _newest(_line_rows(lives, catalogue)))
        _write(database, "live_zone_put", "ticks", _newest(_zone_rows(lives, catalogue)))
        _write(database, "device_status_put", "statuses", list(_status_rows(self._statuses.values(), catalogue)))

    def clear(self, catalogue: Catalogue) -> None:
        """Forget what was written, and count what the catalogue has no device for."""
        topics = (*self._lives, *self._statuses)
        self._ignored += sum(catalogue.device(topic) is None for topic in topics)
        self._lives.clear()
        self._statuses.clear()


def _put(kept: MutableMapping[wire.Topic, M], topic: wire.Topic, message: M) -> bool:
    if topic not in kept and len(kept) >= _DEVICES:
        return False
    kept[topic] = message
    return True


def _write(database: Database, name: str, parameter: str, rows: Sequence[Row]) -> None:
    if rows:
        database.execute(statement(name), {parameter: as_json(rows)})


def _newest(rows: Iterable[tuple[PartId, wire.Live, Row]]) -> list[Row]:
    """Return one row a line or zone: the one of the newest tick."""
    ordered = sorted(rows, key=lambda row: row[1].at)
    return list({part_id: row for part_id, _, row in ordered}.values())


def _line_rows(lives: Iterable[LiveMessage], catalogue: Catalogue) -> Iterator[tuple[PartId, wire.Live, Row]]:
    for message in lives:
        live, device = message.live, catalogue.device(message.topic)
        for line in live.lines if device else ():
            part = device.lines.get(line.line) if device else None
            if device and part and part.covers(int(live.at.timestamp())):
                when = {"d": device.device_id, "at": live.at, "heard": message.arrived_at, "start": line.start}
                yield part.part_id, live, {"i": part.part_id, **when, "f": line.forward, "b": line.backward}


def _zone_rows(lives: Iterable[LiveMessage], catalogue: Catalogue) -> Iterator[tuple[PartId, wire.Live, Row]]:
    for message in lives:
        live, device = message.live, catalogue.device(message.topic)
        for zone in live.zones if device else ():
            part = device.zones.get(zone.zone) if device else None
            if device and part and part.covers(int(live.at.timestamp())):
                when = {"d": device.device_id, "at": live.at, "heard": message.arrived_at}
                people = {"o": zone.occupancy, "n": zone.staying, "t": zone.stay_s}
                yield part.part_id, live, {"i": part.part_id, **when, **people}


def _status_rows(statuses: Iterable[StatusMessage], catalogue: Catalogue) -> Iterator[Row]:
    for message in statuses:
        if device := catalogue.device(message.topic):
            heard = {"device_id": device.device_id, "heard": message.arrived_at, "retained": message.retained}
            yield msgspec.structs.asdict(message.status) | heard
