"""Live state: the newest live tick and status of each device. Only the newest counts, and none of it is a fact."""

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeVar, assert_never

import msgspec

from core import wire
from ingest.batch.catalogue import Catalogue, KnownDevice, KnownPart, PartId
from ingest.batch.parameters import as_json
from ingest.messages import LiveMessage, LiveState, StatusMessage
from store.database import Database, statement

_AHEAD: Final = timedelta(seconds=120)
"""A tick from further in the future would stop all later ones."""
_DEVICES: Final = 10_000
"""Most devices whose newest tick or status waits to be written."""

Row = Mapping[str, object]
M = TypeVar("M", LiveMessage, StatusMessage)


class LatestStates:
    """Keeps the newest tick and status of each device until they are written together."""

    def __init__(self) -> None:
        self._lives: dict[wire.Topic, LiveMessage] = {}
        self._statuses: dict[wire.Topic, StatusMessage] = {}
        self._ignored = 0

    def note(self, message: LiveState) -> None:
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

    def statuses(self) -> list[StatusMessage]:
        """Return the statuses that wait to be written."""
        return list(self._statuses.values())

    def topics(self) -> list[str]:
        """Return the topics of all that waits to be written."""
        return [str(topic) for topic in (*self._lives, *self._statuses)]

    def split(self, alone: Collection[str]) -> tuple["LatestStates", list["LatestStates"]]:
        """Return the same in parts: one without these topics, and one for each of them that is there."""
        if not alone:
            return self, []
        rest, singly = LatestStates(), []
        waiting: list[LiveState] = [*self._lives.values(), *self._statuses.values()]
        for message in waiting:
            if str(message.topic) in alone:
                singly.append(one := LatestStates())
                one.note(message)
            else:
                rest.note(message)
        return rest, singly

    def messages(self) -> list[tuple[wire.Topic, bytes, datetime]]:
        """Return topic, payload and time of arrival of all that waits to be written."""
        lives = [(live.topic, wire.encode(live.live), live.arrived_at) for live in self._lives.values()]
        return lives + [
            (message.topic, wire.encode(message.status), message.arrived_at) for message in self._statuses.values()
        ]

    def take_ignored(self) -> int:
        """Return how many messages were left out since the last call: unknown device, clock ahead, or too many."""
        ignored, self._ignored = self._ignored, 0
        return ignored

    def write(self, database: Database, catalogue: Catalogue) -> None:
        """Write everything in the caller's transaction; `clear` follows its commit."""
        lives = list(self._lives.values())
        _write(database, "live/line_put", "ticks", _newest(_line_rows(lives, catalogue)))
        _write(database, "live/zone_put", "ticks", _newest(_zone_rows(lives, catalogue)))
        _write(database, "live/device_status_put", "statuses", list(_status_rows(self._statuses.values(), catalogue)))

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


class _Shown(NamedTuple):
    """One line or zone of a tick, as a row."""

    part_id: PartId
    at: datetime
    row: Row


def _newest(shown: Iterable[_Shown]) -> list[Row]:
    """Return one row a line or zone: the one of the newest tick."""
    ordered = sorted(shown, key=lambda item: item.at)
    return list({item.part_id: item.row for item in ordered}.values())


def _line_rows(lives: Iterable[LiveMessage], catalogue: Catalogue) -> Iterator[_Shown]:
    for message, device in _with_device(lives, catalogue):
        for line in message.live.lines:
            row = {"start": line.start, "f": line.forward, "b": line.backward}
            yield from _shown(message, device, device.lines.get(line.line), row)


def _zone_rows(lives: Iterable[LiveMessage], catalogue: Catalogue) -> Iterator[_Shown]:
    for message, device in _with_device(lives, catalogue):
        for zone in message.live.zones:
            row = {"o": zone.occupancy, "n": zone.staying, "t": zone.stay_s}
            yield from _shown(message, device, device.zones.get(zone.zone), row)


def _with_device(messages: Iterable[M], catalogue: Catalogue) -> Iterator[tuple[M, KnownDevice]]:
    for message in messages:
        if device := catalogue.device(message.topic):
            yield message, device


def _shown(message: LiveMessage, device: KnownDevice, part: KnownPart | None, row: Row) -> Iterator[_Shown]:
    at = message.live.at
    if part and part.covers(int(at.timestamp())):
        shared = {"i": part.part_id, "d": device.device_id, "at": at, "heard": message.arrived_at}
        yield _Shown(part.part_id, at, {**shared, **row})


def _status_rows(statuses: Iterable[StatusMessage], catalogue: Catalogue) -> Iterator[Row]:
    for message, device in _with_device(statuses, catalogue):
        heard = {"device_id": device.device_id, "heard": message.arrived_at, "retained": message.retained}
        yield msgspec.structs.asdict(message.status) | heard
