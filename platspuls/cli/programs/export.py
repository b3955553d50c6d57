"""`platspuls export`: numbers by bucket, and what people wrote, as files, from the database or from an API."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from platspuls.cli.asked import TIME, advice_on_open_end, check_one_of, period_option
from platspuls.cli.programs.api_client import ADVICE, WHERE, api_client, failing_where_unknown
from platspuls.cli.shared import FAILED, failing, needing

_FORMATS: Final = ("csv", "ndjson", "parquet", "xlsx")
_BUCKETS: Final = ("quarter", "hour", "day", "week", "month")
_PROGRESS_S: Final = 2.0
"""When progress is first printed, and how often then."""
_LOG: Final = "log"


@click.group()
def export() -> None:
    """Write numbers to a file: CSV, Parquet, XLSX or lines of JSON, each with its coverage.

    The same data give the same bytes, from the database (--database-url) and from an API (--api). docs/exports.md says
    what a file holds. Exit codes: 1 the query can't be answered, 2 wrong options, 3 the API or the database can't be
    reached now, or knows no such site, line or zone.
    """


_WHERE: Final = (
    *WHERE,
    click.option("--site", required=True, help="Key of the site."),
    click.option("--from", "start", type=TIME, help="By the site's clocks: 7d, 2026-W48. Inclusive."),
    click.option("--to", "end", type=TIME, show_default="now", help="The same, exclusive."),
    period_option(),
)
_CELLS: Final = (
    click.option(
        "--hours", type=click.Choice(["all", "open", "staffed"]), default="all", show_default=True, help="By site file."
    ),
    click.option("--whole", is_flag=True, help="Leave out buckets that the range cuts, or that haven't ended."),
)
_FILE: Final = (
    click.option(
        "--format", "file_format", type=click.Choice(_FORMATS), show_default="the suffix of --output, else csv"
    ),
    click.option(
        "--dialect",
        type=click.Choice(["standard", "excel-sv"]),
        default="standard",
        show_default=True,
        help="Of a CSV: excel-sv opens right where Swedish is set.",
    ),
    click.option(
        "--language", type=click.Choice(["en", "sv"]), show_default="en", help="Of an XLSX: its sheets and headings."
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, allow_dash=True),
        show_default="named by the query, here",
        help="File to write, whole or not at all; - is the standard output.",
    ),
)


def _keys(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}", callback=_split, help=f"Keys of {name} with commas between; left out: all.")


def _split(_context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Return the keys in a text; None where the option was left out. Raises UsageError where it names none."""
    found = tuple(key.strip() for key in (text or "").split(",") if key.strip())
    if text is not None and not found:
        raise click.UsageError(f"{parameter.opts[0]} {text} names none: leave it out for all of them")
    return found or None


def _bucket(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--bucket", type=click.Choice(_BUCKETS), default=default, show_default=True, help="Of local time."
    )


_MIN_COVERAGE: Final = click.option(
    "--min-coverage",
    type=click.FloatRange(0, 1),
    help="Leave out rows with a lower coverage, such as 0.9, and print which.",
)
_NUMBERS: Final = click.option(
    "--numbers",
    type=click.Choice(["raw", "corrected"]),
    default="raw",
    show_default=True,
    callback=lambda _context, _parameter, chosen: None if chosen == "raw" else chosen,
    help="By calibrations.",
)
_THRESHOLD: Final = click.option("--threshold", "threshold_s", type=int, default=60, show_default=True)
_BY: Final = click.option(
    "--by",
    type=click.Choice(["weekday", "hour", "weekday_hour", "day_type", "month"]),
    default="hour",
    show_default=True,
    help="By the site's clocks.",
)
_BY_PEOPLE: Final = click.option(
    "--by",
    type=click.Choice(["kind", "kind_age", "kind_gender", "kind_group"]),
    default="kind_age",
    show_default=True,
    help="The kind of activity alone, or also age, gender, or both.",
)
_DAYS: Final = click.option(
    "--days",
    type=click.Choice(["all", "workday", "holiday", "school_break", "term", "school_day"]),
    default="all",
    show_default=True,
    help="Only such dates, by the calendar of the site file.",
)
_BINS: Final = click.option("--bins", is_flag=True, help="The histograms themselves: a row a bin.")
_CONTEXT: Final = click.option(
    "--context", is_flag=True, help="Weather, holidays and school breaks beside the numbers, of what the site has."
)
_OF: Final = click.option(
    "--of", type=click.Choice(["site", "space", "border", "line"]), default="site", show_default=True
)


def _export(  # noqa: PLR0913 - one argument an option that isn't the query's
    table: str,
    *,
    database_url: str | None,
    api: str | None,
    key_file: Path | None,
    file_format: str | None,
    dialect: str,
    language: str | None,
    output: Path | None,
    **query: Any,  # noqa: ANN401 - what the client's Query takes
) -> None:
    with needing(ADVICE, "platspuls_client", "httpx"):
        from platspuls_client import (
            BusyError,
            ClientError,
            Dialect,
            Format,
            KeyFileError,
            Language,
            LogQuery,
            ProblemError,
            Query,
            Table,
            UnreachableError,
        )

    form, spoken = Format(_format(file_format, output)), Dialect(dialect)
    if spoken is not Dialect.STANDARD and form is not Format.CSV:
        raise click.UsageError(f"--dialect {dialect}: only a CSV has one, and {form} was asked for")
    if language is not None and form is not Format.XLSX:
        raise click.UsageError(f"--language {language}: only an XLSX has one, and {form} was asked for")
    said = Language(language) if language else None
    _check_when(query, needed=table != _LOG)
    if output is not None and output.is_dir():
        raise click.UsageError(f"--output {output} is a folder: name a file in it")
    if output is not None and str(output) != "-" and not output.absolute().parent.is_dir():
        raise click.UsageError(f"--output {output}: there is no folder {output.absolute().parent}")
    with (
        failing(1, ClientError, KeyFileError, OSError),
        failing(FAILED, UnreachableError, BusyError),
        failing_where_unknown(ProblemError, 1),
        api_client(database_url, api, key_file) as client,
        _progress() as on_progress,
    ):
        times = {name: given and given.text for name in ("start", "end", "period") for given in [query.pop(name)]}
        asked = LogQuery(**times, **query) if table == _LOG else Query(table=Table[table.upper()], **times, **query)
        if str(output) == "-":
            left_out = client.write(
                asked, form, sys.stdout.buffer, dialect=spoken, language=said, on_progress=on_progress
            )
            _say(left_out, query)
            return
        saved = client.save(asked, form, output, dialect=spoken, language=said, on_progress=on_progress)
    _say(saved.left_out, query)
    click.echo(f"wrote {saved.path}: {saved.size} bytes, data version {saved.data_version}", err=True)


def _say(left_out: str, query: Mapping[str, Any]) -> None:
    """Say which rows were left out, also where the file itself goes to the standard output."""
    if left_out:
        click.echo(f"left out for a coverage below {query['min_coverage']:g}: {left_out}", err=True)


def _check_when(query: Mapping[str, Any], *, needed: bool) -> None:
    """Raise UsageError where no time is given but needed, or two are; say where a range goes on unseen."""
    start, end, period = query["start"], query["end"], query["period"]
    check_one_of(period, start, end)
    if needed and not start and not period:
        raise click.UsageError("say when: --from (and --to), or --period")
    if start and (advice := advice_on_open_end(start, end)):
        click.echo(advice, err=True)


def _format(given: str | None, output: Path | None) -> str:
    """Return the format asked for. Raises UsageError where the suffix of --output says another one, or none of ours."""
    suffix = "" if output is None or str(output) == "-" else output.suffix.removeprefix(".").lower()
    if suffix and suffix not in _FORMATS:
        known = ", ".join(f".{one}" for one in _FORMATS)
        raise click.UsageError(f"--output {output}: nothing of the kind .{suffix} is written here, but {known}")
    if suffix and given not in {None, suffix}:
        raise click.UsageError(f"--output {output}: --format {given} would write {given} into a file named .{suffix}")
    return given or suffix or "csv"


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Print progress to standard error when it takes long: the time, and how much has come."""
    came = 0
    ended = threading.Event()
    began = time.monotonic()

    def on_progress(size: int) -> None:
        nonlocal came
        came = size

    def print_progress() -> None:
        while not ended.wait(_PROGRESS_S):
            what = f"{came / 1e6:.1f} MB" if came else "nothing has come yet"
            click.echo(f"{time.monotonic() - began:.0f} s: {what}", err=True)

    thread = threading.Thread(target=print_progress, daemon=True)
    thread.start()
    try:
        yield on_progress
    finally:
        ended.set()
        thread.join()


@export.group()
def profile() -> None:
    """Write dwell, presence or flow by weekday, hour, kind of day or month, from all such time in the range.

    Rates are over observed time; each row says how many dates are behind it, and how much they differ.
    """


def _add_command(table: str, summary: str, *options: Callable[[Any], Any], group: click.Group = export) -> None:
    """Add the command of a table, with its own options and those that all have."""
    _add(table, summary, (*_WHERE, *_CELLS, *_FILE, *options), group)


def _add(table: str, summary: str, options: Sequence[Callable[[Any], Any]], group: click.Group) -> None:
    command = partial(_export, table)
    for option in reversed(options):
        command = option(command)
    group.command(table, help=summary)(command)


_add_command(
    "dwell",
    "Dwell and stays of zones; --threshold is what a stay is, in seconds.",
    *(_bucket("hour"), _keys("zones"), _NUMBERS, _THRESHOLD, _MIN_COVERAGE, _CONTEXT),
)
_add_command(
    "presence",
    "Entries, exits, presence and occupancy of zones.",
    *(_bucket("hour"), _keys("zones"), _NUMBERS, _MIN_COVERAGE, _CONTEXT),
)
_add_command(
    "flow",
    "Crossings: of the site, its spaces, borders or lines.",
    *(_bucket("hour"), _OF, _keys("lines"), _keys("borders"), _keys("spaces"), _NUMBERS, _MIN_COVERAGE, _CONTEXT),
)
_add_command(
    "occupancy",
    "People in closed spaces from their lines alone; nobody may be there at --from and --to.",
    *(_bucket("hour"), _keys("spaces"), _CONTEXT),
)
_add_command(
    "quality",
    "Coverage, outages, flags and what became of the records, by line and zone.",
    *(_bucket("day"), _keys("lines"), _keys("zones"), _MIN_COVERAGE),
)
_add_command(
    "estimates",
    "What lines would have counted in the time that is missing, with bounds; in no other number.",
    *(_bucket("day"), _keys("lines")),
)
_add_command(
    "dwell",
    "Dwell and stays of zones: each row is one life table of all its visits.",
    *(_BY, _DAYS, _keys("zones"), _THRESHOLD, _BINS),
    group=profile,
)
_add_command("presence", "Entries, exits, presence and occupancy of zones.", _BY, _DAYS, _keys("zones"), group=profile)
_add_command(
    "flow",
    "Crossings: of the site, its spaces, borders or lines.",
    *(_BY, _DAYS, _OF, _keys("lines"), _keys("borders"), _keys("spaces")),
    group=profile,
)
_add_command(
    "participants",
    "Who took part in activities, added over the range, by kind of activity and group of people.",
    _BY_PEOPLE,
)
_add_command("weather", "Temperature and precipitation, where they were imported: `platspuls weather`.", _bucket("day"))
_add(
    _LOG,
    "What people wrote: activities, participants by group, manual counts, staff time, surveys, incidents, notes and "
    "the like. Authors are pseudonyms.",
    (
        *_WHERE,
        click.option(
            "--kind",
            "kinds",
            callback=_split,
            help="Which kinds, with commas between, such as activities,participants; left out: all.",
        ),
        click.option("--history", is_flag=True, help="Every version, and what was withdrawn."),
        *_FILE,
    ),
    export,
)
