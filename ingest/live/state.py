"""Live state: the newest live tick and status of each device. Only the newest counts, and none of it is a fact."""

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar, assert_never

import msgspec

from core import wire
from core.clock_off import CLOCK_OFF
from ingest.batch.catalogue import Catalogue, KnownDevice, KnownPart, PartId
from ingest.batch.parameters import as_json
from ingest.live.own_time import heard_at, newer, skew_s
from ingest.messages import LiveMessage, LiveState, StatusMessage
from store.database import Database, statement

_DEVICES: Final = 10_000
"""Most devices whose newest tick or status waits to be written."""

Row = Mapping[str, object]
M = TypeVar("M", LiveMessage, StatusMessage)


class LatestStates:
    """Keeps the newest tick and status of each device until they are written together.

    That a device is offline is kept beside what it said before: a last will says nothing else.
    """

    def __init__(self) -> None:
        self._lives: dict[wire.Topic, LiveMessage] = {}
        self._statuses: dict[wire.Topic, StatusMessage] = {}
        self._ends: dict[wire.Topic, StatusMessage] = {}
        self._ignored = 0

    def note(self, message: LiveState) -> None:
        """Take a message, which supersedes those before of its device that aren't newer by their own time."""
        match message:
            case StatusMessage():
                taken = self._note_status(message)
            case LiveMessage():
                is_ahead = message.live.at - message.arrived_at > CLOCK_OFF
                taken = not is_ahead and _put(self._lives, message.topic, message)
            case _:
                assert_never(message)
        self._ignored += not taken

    def _note_status(self, message: StatusMessage) -> bool:
        if not message.status.online:
            return _put(self._ends, message.topic, message, always=True)
        ended = self._ends.pop(message.topic, None) is not None
        return _put(self._statuses, message.topic, message, always=ended)

    def __bool__(self) -> bool:
        return bool(self._lives or self._statuses or self._ends)

    def statuses(self) -> list[StatusMessage]:
        """Return the statuses of devices that are online and that wait to be written."""
        return [message for topic, message in self._statuses.items() if topic not in self._ends]

    def topics(self) -> list[str]:
        """Return the topics of all that waits to be written."""
        return [str(topic) for topic in {**self._lives, **self._statuses, **self._ends}]

    def split(self, alone: Collection[str]) -> tuple["LatestStates", list["LatestStates"]]:
        """Return the same in parts: one without these topics, and one for each of them that is there."""
        if not alone:
            return self, []
        rest = LatestStates()
        singles: dict[wire.Topic, LatestStates] = {}
        for message in self._waiting():
            if str(message.topic) in alone:
                singles.setdefault(message.topic, LatestStates()).note(message)
            else:
                rest.note(message)
        return rest, list(singles.values())

    def _waiting(self) -> list[LiveState]:
        return [*self._lives.values(), *self._statuses.values(), *self._ends.values()]

    def messages(self) -> list[tuple[wire.Topic, bytes, datetime]]:
        """Return topic, payload and time of arrival of all that waits to be written, of each topic the last."""
        last = {message.topic: message for message in self._waiting()}
        return [(topic, _encode(message), message.arrived_at) for topic, message in last.items()]

    def take_ignored(self) -> int:
        """Return how many messages were left out since the last call.

        Of unknown devices, of a clock that is ahead, older than another that came, or too many.
        """
        ignored, self._ignored = self._ignored, 0
        return ignored

    def write(self, database: Database, catalogue: Catalogue) -> None:
        """Write everything in the caller's transaction; `clear` follows its commit."""
        lives = list(self._lives.values())
        _write(database, "live/line_put", "ticks", _newest(_line_rows(lives, catalogue)))
        _write(database, "live/zone_put", "ticks", _newest(_zone_rows(lives, catalogue)))
        _write(database, "live/device_status_put", "statuses", list(_status_rows(self._statuses.values(), catalogue)))
        _write(database, "live/device_offline_put", "statuses", list(_status_rows(self._ends.values(), catalogue)))
        database.execute(statement("live/changed"))

    def clear(self, catalogue: Catalogue) -> None:
        """Forget what was written, and count what the catalogue has no device for."""
        topics = (*self._lives, *self._statuses, *self._ends)
        self._ignored += sum(catalogue.device(topic) is None for topic in topics)
        self._lives.clear()
        self._statuses.clear()
        self._ends.clear()


def _encode(message: LiveState) -> bytes:
    return wire.encode(message.live if isinstance(message, LiveMessage) else message.status)


def _put(kept: MutableMapping[wire.Topic, M], topic: wire.Topic, message: M, *, always: bool = False) -> bool:
    if topic not in kept and len(kept) >= _DEVICES:
        return False
    if not always and not newer(message, kept.get(topic)):
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
    if part and part.covers(int(message.arrived_at.timestamp())):
        shared = {"i": part.part_id, "d": device.device_id, "at": at, "heard": message.arrived_at}
        yield _Shown(part.part_id, at, {**shared, **row})


def _status_rows(statuses: Iterable[StatusMessage], catalogue: Catalogue) -> Iterator[Row]:
    for message, device in _with_device(statuses, catalogue):
        judged = {"heard": heard_at(message), "skew": skew_s(message), "retained": message.retained}
        came = {"device_id": device.device_id, "received": message.arrived_at}
        yield msgspec.structs.asdict(message.status) | came | judged
