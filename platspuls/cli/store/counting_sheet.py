"""The CSV of counting rounds: one row a counting round. docs/calibration.md has its columns and an example.

Times of how long people stayed are read here and leave as counts by dwell bin: no single one goes further.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.wire.limits import BINS, bin_of

COLUMNS: Final = (
    "kind", "line", "zone", "from", "minutes", "forward", "backward", "looks", "present", "stays_s", "counted_by",
    "note",
)  # fmt: skip
_NEEDED: Final = ("kind", "from", "minutes", "counted_by")
_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "crossings": ("line", "forward", "backward"),
    "presence": ("zone", "looks", "present"),
    "stays": ("zone", "stays_s"),
}
"""What each kind has beside the columns that all have."""
_COUNTS: Final = ("forward", "backward", "looks", "present")
_STAY: Final = re.compile(r"(\d{1,5})(\+?)")
_WHOLE: Final = re.compile(r"\d{1,6}")
_MOST_MINUTES: Final = 720


class SheetError(Exception):
    """The CSV can't be used; one line a problem, each with its row and column."""


def read(path: Path, zone: ZoneInfo) -> dict[int, Mapping[str, Any]]:
    """Return the counting rounds of a file as the store takes them, by row; the header is row 1.

    Commas or semicolons between columns, UTF-8.

    Args:
        path: of the file.
        zone: of the site: times without an offset are in it.

    Raises:
        SheetError: all that is wrong in it, by row and column.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(f"{path.name} is not UTF-8: save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    rows = list(csv.reader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ","))
    header = [name.strip() for name in rows[0]] if rows else []
    _check_header(header)
    numbered: dict[int, dict[str, str]] = {}
    problems: list[str] = []
    for number, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            problems += list(_problems(number, row, zone)) if len(cells) <= len(header) else [_too_many(number)]
            numbered[number] = row
    if problems:
        raise SheetError("\n".join(problems))
    return {number: _counting_round(row, zone) for number, row in numbered.items()}


def _check_header(header: Sequence[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise SheetError(
            f"row 1: the columns are {', '.join(header) or 'none'}; they may be {', '.join(COLUMNS)}, each once, "
            f"and {', '.join(_NEEDED)} must be there"
        )


def _too_many(number: int) -> str:
    return f"row {number}: it has more cells than the header: put quotation marks around a note with commas"


def _problems(number: int, row: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    """Yield what is wrong in a row."""
    kind = row.get("kind", "")
    if kind not in _OF:
        yield f"row {number}, kind {kind}: kinds are {', '.join(_OF)}"
        return
    for column in (*_NEEDED, *_OF[kind]):
        if not row.get(column):
            yield f"row {number}, {column}: {kind} need it, and it is empty"
    others = {name for names in _OF.values() for name in names} - set(_OF[kind])
    for column in sorted(others):
        if row.get(column):
            yield f"row {number}, {column} {row[column]}: {kind} have none, leave it empty"
    yield from _problems_of_numbers(number, row)
    yield from _problems_of_time(number, row.get("from", ""), zone)


def _problems_of_numbers(number: int, row: Mapping[str, str]) -> Iterator[str]:
    if (minutes := row.get("minutes", "")) and not _WHOLE.fullmatch(minutes):
        yield f"row {number}, minutes {minutes}: it must be a whole number"
    yield from _problems_of_counts(number, row)
    if _WHOLE.fullmatch(row.get("minutes", "")) and not 0 < int(row["minutes"]) <= _MOST_MINUTES:
        yield f"row {number}, minutes {row['minutes']}: it must be 1 to {_MOST_MINUTES}"
    for text in row.get("stays_s", "").split():
        if not _STAY.fullmatch(text):
            yield f"row {number}, stays_s {text}: whole seconds with spaces between, with + for who was there still"


def _problems_of_counts(number: int, row: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong in counts: one number each, or in both columns one for each minute."""
    given = {column: row.get(column, "").split() for column in _COUNTS}
    for column, counts in given.items():
        if not all(_WHOLE.fullmatch(count) for count in counts):
            each = " for each minute" if len(counts) > 1 else ""
            yield f"row {number}, {column} {row[column]}: it must be a whole number{each}"
    several = [column for column, counts in given.items() if len(counts) > 1]
    for column in several:
        if row.get("minutes") != str(len(given[column])):
            yield f"row {number}, {column}: it has {len(given[column])} numbers for {row.get('minutes')} minutes"
    if len(several) == 1:
        yield f"row {number}, {several[0]}: it has a number for each minute, and the other one hasn't"


def _problems_of_time(number: int, text: str, zone: ZoneInfo) -> Iterator[str]:
    if text:
        try:
            _instant(text, zone)
        except ValueError as error:
            yield f"row {number}, from {text}: {error}"


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("it must be a time such as 2026-10-25 14:30") from None
    if found.tzinfo is not None:
        return found
    local = [found.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    if local[0].utcoffset() != local[1].utcoffset():
        raise ValueError("the clocks change then: write it with an offset, such as 2026-10-25T02:30+01:00")
    return local[0]


def _counting_round(row: Mapping[str, str], zone: ZoneInfo) -> Mapping[str, Any]:
    start = _instant(row["from"], zone)
    end = start.astimezone(ZoneInfo("UTC")) + timedelta(minutes=int(row["minutes"]))
    place = _OF[row["kind"]][0]
    return {
        "kind": row["kind"],
        place: row[place],
        "from": start.isoformat(),
        "to": end.isoformat(),
        **_hand(row),
        "counted_by": row["counted_by"],
        "note": row.get("note", ""),
    }


def _hand(row: Mapping[str, str]) -> dict[str, Any]:
    if row["kind"] == "stays":
        return {"hand": binned([found for text in row["stays_s"].split() if (found := _STAY.fullmatch(text))])}
    counts = {column: [int(count) for count in row[column].split()] for column in _OF[row["kind"]][1:]}
    if any(len(numbers) > 1 for numbers in counts.values()):
        return {"hand_minutes": counts}
    return {"hand": {column: number for column, [number] in counts.items()}}


def binned(stays: Sequence[re.Match[str]]) -> dict[str, Any]:
    """Return how many stays fall into each dwell bin, and up to what dwell they are known."""
    complete = [0] * BINS
    for stay in stays:
        complete[bin_of(int(stay[1]))] += 1
    still = [int(stay[1]) for stay in stays if stay[2]]
    return {"complete": complete, "known_s": min(still) if still else None}
