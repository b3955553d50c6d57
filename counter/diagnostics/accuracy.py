"""How exact a counter is: what it counted beside what people counted by hand, line by line and way by way.

A session is one manual count of one line. Only whole records within it are compared, and only sessions that the counter
watched: what it didn't see tells nothing about how it counts.
"""

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from core import wire
from core.clock import aware, to_ms
from counter.errors import TruthError
from counter.records.sqlite import sql

WATCHED: Final = 0.98
"""A session must have been watched for this part of its time, at the least."""
HOUR_MS: Final = 3_600_000
_COLUMNS: Final = ("start", "line", "forward", "backward")


@dataclass(frozen=True, slots=True)
class Session:
    """One manual count: [start_ms, end_ms), UTC milliseconds since 1970."""

    line: str
    start_ms: int
    end_ms: int
    forward: int
    backward: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a record says of one line; times as in a session."""

    line: str
    start_ms: int
    end_ms: int
    forward: int
    backward: int
    observed_ms: int


@dataclass(frozen=True, slots=True)
class LineAccuracy:
    """How one line was counted in all sessions that can be compared.

    Attributes:
        line: its key.
        sessions: how many are compared.
        left_out: how many were not watched.
        compared_ms: how long those compared are together.
        truth: forward, backward by hand; `counted` likewise by the counter.
        hourly_wape: sum of the sizes of the hourly errors of both ways over the sum of the true counts; None where
            nobody passed. Sessions that begin in the same hour are one.
    """

    line: str
    sessions: int
    left_out: int
    compared_ms: int
    truth: tuple[int, int]
    counted: tuple[int, int]
    hourly_wape: float | None

    def errors(self) -> tuple[float | None, float | None]:
        """Return the error forward and backward, as a part of the truth; None where nobody passed."""
        forward, backward = (
            (counted - true) / true if true else None for counted, true in zip(self.counted, self.truth, strict=True)
        )
        return forward, backward


def read_truth(path: Path) -> list[Session]:
    """Read manual counts: CSV with start, line, forward, backward, and end where a session is no hour.

    Raises TruthError with the row that is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise TruthError(f"{path} has no column {', '.join(missing)}")
            sessions = [_session(path, number, row) for number, row in enumerate(rows, 2)]
    except OSError as error:
        raise TruthError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TruthError(f"{path} is no UTF-8 text: byte {error.start} is {error.object[error.start]:#x}") from error
    _check_overlaps(path, sessions)
    return sessions


def read_outbox(path: Path, from_ms: int, until_ms: int) -> Iterator[Counted]:
    """Yield what the outbox at `path` keeps of [from_ms, until_ms), while a counter may be running.

    Raises TruthError when there is no outbox.
    """
    if not path.is_file():
        raise TruthError(f"{path}: there is no outbox")
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        for (record,) in connection.execute(sql("record_flows"), (from_ms, until_ms)):
            yield from _counted(msgspec.json.decode(record, type=wire.FlowRecord))


def judge(sessions: Iterable[Session], counted: Iterable[Counted]) -> list[LineAccuracy]:
    """Compare each line's sessions with what was counted.

    Raises TruthError for a session that begins or ends within a record.
    """
    by_line: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        by_line[session.line].append(session)
    told: dict[str, list[Counted]] = defaultdict(list)
    for part in counted:
        told[part.line].append(part)
    return [_judge(line, by_line[line], told[line]) for line in sorted(by_line)]


def _judge(line: str, sessions: Sequence[Session], told: Sequence[Counted]) -> LineAccuracy:
    pairs = [(session, _sum(session, told)) for session in sessions]
    used = [(session, sums) for session, sums in pairs if sums[2] >= WATCHED * (session.end_ms - session.start_ms)]
    errors: dict[tuple[int, int], int] = defaultdict(int)
    for session, (forward, backward, _) in used:
        hour = session.start_ms // HOUR_MS
        errors[hour, 0] += forward - session.forward
        errors[hour, 1] += backward - session.backward
    truth = sum(session.forward for session, _ in used), sum(session.backward for session, _ in used)
    return LineAccuracy(
        line=line,
        sessions=len(used),
        left_out=len(pairs) - len(used),
        compared_ms=sum(session.end_ms - session.start_ms for session, _ in used),
        truth=truth,
        counted=(sum(sums[0] for _, sums in used), sum(sums[1] for _, sums in used)),
        hourly_wape=sum(map(abs, errors.values())) / sum(truth) if sum(truth) else None,
    )


def _sum(session: Session, told: Sequence[Counted]) -> tuple[int, int, int]:
    """Return forward, backward and observed milliseconds of the records in a session."""
    inside = [part for part in told if part.start_ms < session.end_ms and part.end_ms > session.start_ms]
    for part in inside:
        if part.start_ms < session.start_ms or part.end_ms > session.end_ms:
            length_s = (part.end_ms - part.start_ms) // 1000
            raise TruthError(
                f"the session of {session.line} from {_text(session.start_ms)} to {_text(session.end_ms)} cuts the "
                f"record of {_text(part.start_ms)}, which is {length_s} s long: count from one boundary to another"
            )
    return (
        sum(part.forward for part in inside),
        sum(part.backward for part in inside),
        sum(part.observed_ms for part in inside),
    )


def _counted(record: wire.FlowRecord) -> Iterator[Counted]:
    start_ms = to_ms(record.start)
    for line in record.lines:
        yield Counted(
            line.line, start_ms, start_ms + record.period_s * 1000, line.forward, line.backward, line.observed_ms
        )


def _session(path: Path, number: int, row: dict[str, str | None]) -> Session:
    where = f"{path}, row {number}"
    start_ms = _time(where, "start", row["start"])
    end_ms = _time(where, "end", row["end"]) if row.get("end") else start_ms + HOUR_MS
    if end_ms <= start_ms:
        raise TruthError(f"{where}: end = {row['end']!r} is not after start = {row['start']!r}")
    forward, backward = (_number(where, name, row[name]) for name in ("forward", "backward"))
    return Session((row["line"] or "").strip(), start_ms, end_ms, forward, backward)


def _time(where: str, name: str, text: str | None) -> int:
    wrong = TruthError(f"{where}: {name} = {text!r} is no time with an offset, like 2026-10-05T12:00+02:00")
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise wrong from None
    if time.tzinfo is None:
        raise wrong
    return to_ms(time)


def _number(where: str, name: str, text: str | None) -> int:
    if text is None or not text.strip().isdecimal():
        raise TruthError(f"{where}: {name} = {text!r} is no whole number of people")
    return int(text)


def _check_overlaps(path: Path, sessions: Sequence[Session]) -> None:
    ends: dict[str, int] = {}
    for session in sorted(sessions, key=lambda one: (one.line, one.start_ms)):
        if session.start_ms < ends.get(session.line, session.start_ms):
            raise TruthError(f"{path}: two sessions of {session.line} overlap at {_text(session.start_ms)}")
        ends[session.line] = session.end_ms


def _text(at_ms: int) -> str:
    return aware(at_ms).isoformat(timespec="seconds")
