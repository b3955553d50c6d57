"""How exact a counter is: what it counted beside what people counted by hand, line by line and way by way.

A manual count is of one line. Only whole records within it are compared, and only counts that the counter
watched: what it didn't see says nothing about how it counts.
"""

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from core import wire
from core.clock import aware, to_ms
from counter.device_file import DeviceFile
from counter.errors import TruthError
from counter.records.sqlite import sql
from counter.sources.video.settings import ClipSource

WATCHED: Final = 0.98
"""A count must have been watched for this part of its time, at the least."""
HOUR_MS: Final = 3_600_000
_FOR_EVER_MS: Final = 2**62
_COLUMNS: Final = ("start", "line", "forward", "backward")


@dataclass(frozen=True, slots=True)
class ManualCount:
    """One manual count: [start_ms, end_ms), UTC milliseconds since 1970."""

    line: str
    start_ms: int
    end_ms: int
    forward: int
    backward: int


@dataclass(frozen=True, slots=True)
class CountedInterval:
    """What a record says of one line; times as in a count."""

    line: str
    start_ms: int
    end_ms: int
    forward: int
    backward: int
    observed_ms: int


@dataclass(frozen=True, slots=True)
class LineAccuracy:
    """How one line was counted in all manual counts that can be compared.

    Attributes:
        line: its key.
        manual_counts: how many are compared.
        left_out: how many were not watched.
        compared_ms: how long those compared are together.
        truth: forward, backward by hand; `counted` the same by the counter.
        hourly_wape: sum of the sizes of the hourly errors of both ways over the sum of the true counts; None where
            nobody passed. Sessions that begin in the same hour are one.
    """

    line: str
    manual_counts: int
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


def read_truth(path: Path) -> list[ManualCount]:
    """Read manual counts: CSV with start, line, forward, backward, and end where a count isn't of one hour.

    Raises TruthError with the row that is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise TruthError(f"{path} has no column {', '.join(missing)}")
            counts = [_manual_count(path, number, row) for number, row in enumerate(rows, 2)]
    except OSError as error:
        raise TruthError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TruthError(f"{path} is not UTF-8 text: byte {error.start} is {error.object[error.start]:#x}") from error
    _check_overlaps(path, counts)
    return counts


def read_flows(path: Path, from_ms: int, until_ms: int) -> Iterator[wire.FlowRecord]:
    """Yield the flow records that begin in [from_ms, until_ms), while a counter may be running.

    Raises TruthError when there is no outbox.
    """
    if not path.is_file():
        raise TruthError(f"{path}: there is no outbox")
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        for (record,) in connection.execute(sql("record_flows"), (from_ms, until_ms)):
            yield msgspec.json.decode(record, type=wire.FlowRecord)


def flows_of_clip(device: DeviceFile) -> list[wire.FlowRecord]:
    """Return the flow records that the outbox has of the time of the device's clip, and later; none without a clip."""
    path, period_ms = device.outbox.path, device.device.flow_period_s * 1000
    if not isinstance(device.source, ClipSource) or not path.is_file():
        return []
    with suppress(sqlite3.Error):  # not an outbox, or an older one: the counter says so when it opens it
        return list(read_flows(path, to_ms(device.source.start) - period_ms, _FOR_EVER_MS))
    return []


def read_outbox(path: Path, from_ms: int, until_ms: int) -> Iterator[CountedInterval]:
    """Yield what the outbox at `path` keeps of each line in [from_ms, until_ms). Raises TruthError."""
    for record in read_flows(path, from_ms, until_ms):
        yield from _counted(record)


def judge(counts: Iterable[ManualCount], counted: Iterable[CountedInterval]) -> list[LineAccuracy]:
    """Compare each line's manual counts with what was counted.

    Raises TruthError for a count that begins or ends within a record.
    """
    by_line: dict[str, list[ManualCount]] = defaultdict(list)
    for count in counts:
        by_line[count.line].append(count)
    intervals: dict[str, list[CountedInterval]] = defaultdict(list)
    for part in counted:
        intervals[part.line].append(part)
    return [_judge(line, by_line[line], intervals[line]) for line in sorted(by_line)]


def _judge(line: str, counts: Sequence[ManualCount], counted: Sequence[CountedInterval]) -> LineAccuracy:
    pairs = [(count, _sum(count, counted)) for count in counts]
    used = [(count, sums) for count, sums in pairs if sums[2] >= WATCHED * (count.end_ms - count.start_ms)]
    errors: dict[tuple[int, int], int] = defaultdict(int)
    for count, (forward, backward, _) in used:
        hour = count.start_ms // HOUR_MS
        errors[hour, 0] += forward - count.forward
        errors[hour, 1] += backward - count.backward
    truth = sum(count.forward for count, _ in used), sum(count.backward for count, _ in used)
    return LineAccuracy(
        line=line,
        manual_counts=len(used),
        left_out=len(pairs) - len(used),
        compared_ms=sum(count.end_ms - count.start_ms for count, _ in used),
        truth=truth,
        counted=(sum(sums[0] for _, sums in used), sum(sums[1] for _, sums in used)),
        hourly_wape=sum(map(abs, errors.values())) / sum(truth) if sum(truth) else None,
    )


def _sum(count: ManualCount, counted: Sequence[CountedInterval]) -> tuple[int, int, int]:
    """Return forward, backward and observed milliseconds of the records in a count."""
    inside = [part for part in counted if part.start_ms < count.end_ms and part.end_ms > count.start_ms]
    for part in inside:
        if part.start_ms < count.start_ms or part.end_ms > count.end_ms:
            length_s = (part.end_ms - part.start_ms) // 1000
            raise TruthError(
                f"the count of {count.line} from {utc_text(count.start_ms)} to {utc_text(count.end_ms)} cuts the "
                f"record of {utc_text(part.start_ms)}, which is {length_s} s long: count from one boundary to another"
            )
    return (
        sum(part.forward for part in inside),
        sum(part.backward for part in inside),
        sum(part.observed_ms for part in inside),
    )


def _counted(record: wire.FlowRecord) -> Iterator[CountedInterval]:
    start_ms = to_ms(record.start)
    for line in record.lines:
        yield CountedInterval(
            line.line, start_ms, start_ms + record.period_s * 1000, line.forward, line.backward, line.observed_ms
        )


def _manual_count(path: Path, number: int, row: dict[str, str | None]) -> ManualCount:
    where = f"{path}, row {number}"
    start_ms = _time(where, "start", row["start"])
    end_ms = _time(where, "end", row["end"]) if row.get("end") else start_ms + HOUR_MS
    if end_ms <= start_ms:
        raise TruthError(f"{where}: end = {row['end']!r} is not after start = {row['start']!r}")
    forward, backward = (_number(where, name, row[name]) for name in ("forward", "backward"))
    return ManualCount((row["line"] or "").strip(), start_ms, end_ms, forward, backward)


def _time(where: str, name: str, text: str | None) -> int:
    wrong = TruthError(f"{where}: {name} = {text!r} is not a time with an offset, like 2026-10-05T12:00+02:00")
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise wrong from None
    if time.tzinfo is None:
        raise wrong
    return to_ms(time)


def _number(where: str, name: str, text: str | None) -> int:
    if text is None or not text.strip().isdecimal():
        raise TruthError(f"{where}: {name} = {text!r} is not a whole number of people")
    return int(text)


def _check_overlaps(path: Path, counts: Sequence[ManualCount]) -> None:
    ends: dict[str, int] = {}
    for count in sorted(counts, key=lambda one: (one.line, one.start_ms)):
        if count.start_ms < ends.get(count.line, count.start_ms):
            raise TruthError(f"{path}: two manual counts of {count.line} overlap at {utc_text(count.start_ms)}")
        ends[count.line] = count.end_ms


def utc_text(at_ms: int) -> str:
    """Return a time, UTC milliseconds since 1970, to the second."""
    return aware(at_ms).isoformat(timespec="seconds")
