"""What people write: the log records of one kind, read, made, changed and withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID, uuid4

import msgspec

from platspuls_client.connection import Request
from platspuls_client.models import RecordVersion
from platspuls_client.query import site_path, time_range
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When

RecordT = TypeVar("RecordT", bound=msgspec.Struct)
FieldsT = TypeVar("FieldsT", bound=msgspec.Struct)
ChangeT = TypeVar("ChangeT", bound=msgspec.Struct)

Identify = Callable[[RecordT], tuple[str, int, int]]
"""Returns the site, the number and the version of a log record."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Where what is written comes from; None is not known.

    Attributes:
        at: when somebody entered it; with its offset.
        via: page, offline, paper or import.
        skew_s: how many seconds ahead the clock was by which `at` was taken.
    """

    at: datetime | None = None
    via: str | None = None
    skew_s: float | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers that say so."""
        said = {"Entered-At": self.at and self.at.isoformat(), "Entered-Via": self.via, "Entered-Skew-S": self.skew_s}
        return {name: str(value) for name, value in said.items() if value is not None}


class Logbook(Generic[RecordT, FieldsT, ChangeT]):
    """The log records of one kind. Raises the errors of `platspuls_client.errors`.

    What changes one says which version it has seen: VersionConflictError where somebody changed it meanwhile,
    ConflictError where its state doesn't allow it.

    Args:
        reading: reads lists.
        path: the last part of their address, such as staff-time.
        record: their type.
        identify: returns which one it is.
        filtered_by: the field by which a list can be limited, or None.
    """

    __slots__ = ("_filtered_by", "_identify", "_path", "_reading", "_record")

    def __init__(
        self,
        reading: Reading,
        path: str,
        record: type[RecordT],
        identify: Identify[RecordT],
        filtered_by: str | None = None,
    ) -> None:
        self._reading = reading
        self._path = path
        self._record = record
        self._identify = identify
        self._filtered_by = filtered_by

    def records(
        self, site: str, start: When | None = None, end: When | None = None, *, only: str | None = None
    ) -> Rows[RecordT]:
        """Return what holds now, newest first.

        Args:
            site: its key.
            start: leave out what had ended by then; None is from the beginning.
            end: leave out what starts then or later; None is all.
            only: limit it to one kind (activities, incidents, phases), role (staff time) or mode (surveys).

        Raises:
            ValueError: such records can't be limited by anything.
        """
        asked = time_range(start, end)
        if only is not None:
            if self._filtered_by is None:
                raise ValueError(f"only {only}: {self._path.replace('-', ' ')} can't be limited")
            asked[self._filtered_by] = only
        return self._reading.paged(site, self._path, self._record, asked)

    def record(self, site: str, number: int) -> RecordT:
        """Return one log record as it holds now."""
        return self._reading.connection.read(site_path(site, self._path, number), self._record)

    def history(self, site: str, number: int) -> Rows[RecordVersion]:
        """Return every version of one log record, newest first; what was withdrawn too."""
        return self._reading.listed(site, f"{self._path}/{number}/history", RecordVersion)

    def create(self, site: str, fields: FieldsT, *, key: UUID | None = None, entered: Entered | None = None) -> RecordT:
        """Write a log record, once, however often the connection breaks; return it.

        Args:
            site: its key.
            fields: of the record.
            key: of this request: the same key and fields again return what was made, even from another process. None
                is a new one.
            entered: when and how somebody entered it; None says nothing of it.
        """
        headers = {"Idempotency-Key": str(key or uuid4())} | (entered.headers() if entered else {})
        request = Request(site_path(site, self._path), {}, "POST", fields, headers, is_repeatable=True)
        return self._reading.connection.send(request, self._record)

    def change(self, record: RecordT, change: ChangeT, *, key: UUID | None = None) -> RecordT:
        """Change some fields of a log record, once, as it was seen; return it as this left it.

        Args:
            record: as it was seen.
            change: its fields to change.
            key: of this request, as for `create`.
        """
        return self._reading.connection.send(_once(self._of(record, "PATCH", change), key), self._record)

    def withdraw(self, record: RecordT, reason: str, *, key: UUID | None = None) -> None:
        """Withdraw a log record, as it was seen; it stays in the history, with the reason. key: as for `create`."""
        asked = _once(self._of(record, "DELETE", parameters={"reason": reason}), key)
        self._reading.connection.send(asked, type(None))

    def step(self, record: RecordT, step: str, body: msgspec.Struct | None = None) -> RecordT:
        """Take a log record a step further, as it was seen: extend, close or archive a phase."""
        return self._reading.connection.send(self._of(record, "POST", body, step=step), self._record)

    def _of(
        self,
        record: RecordT,
        method: str,
        body: msgspec.Struct | None = None,
        *,
        step: str = "",
        parameters: dict[str, str] | None = None,
    ) -> Request:
        site, number, version = self._identify(record)
        path = site_path(site, self._path, number, *filter(None, [step]))
        return Request(path, parameters or {}, method, body, {"If-Match": f'"{version}"'})


def _once(request: Request, key: UUID | None) -> Request:
    """Return a request that is carried out once, however often it is sent."""
    return replace(request, headers={**request.headers, "Idempotency-Key": str(key or uuid4())}, is_repeatable=True)
