"""`platspuls export`: numbers by bucket as files, from the database or from an API."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from platspuls.cli.shared import FAILED, database_url_option, failing

if TYPE_CHECKING:
    from platspuls_client import Client, Query

_FORMATS: Final = ("csv", "ndjson", "parquet", "xlsx")
_BUCKETS: Final = ("quarter", "hour", "day", "week", "month")
_PROGRESS_S: Final = 2.0
"""When progress is first printed, and how often then."""

Options = dict[str, Any]


@click.group()
def export() -> None:
    """Write numbers to a file: CSV, Parquet, XLSX or lines of JSON, each with its coverage.

    The same data give the same bytes, from the database (--database-url) and from an API (--api). docs/exports.md says
    what a file holds. Exit codes: 1 the query can't be answered, 2 wrong options, 3 the API or the database can't be
    reached now.
    """


_SHARED: Final = (
    database_url_option("Address of the store.", required=False),
    click.option("--api", help="Address of an API instead, such as https://place.example or http://127.0.0.1:8420."),
    click.option(
        "--key-file",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="PLATSPULS_KEY_FILE",
        show_envvar=True,
        help="File with the key for the API.",
    ),
    click.option("--site", required=True, help="Key of the site."),
    click.option("--from", "start", required=True, help="A local date, or a time with offset. Inclusive."),
    click.option("--to", "end", show_default="now", help="The same, exclusive."),
    click.option(
        "--hours", type=click.Choice(["all", "open", "staffed"]), default="all", show_default=True, help="By site file."
    ),
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
        "--output",
        type=click.Path(path_type=Path, allow_dash=True),
        show_default="named by the query, here",
        help="File to write, whole or not at all; - is the standard output.",
    ),
)


def _keys(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}", default="", help=f"Keys of {name} with commas between; left out: all.")


def _bucket(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--bucket", type=click.Choice(_BUCKETS), default=default, show_default=True, help="Of local time."
    )


def _numbers() -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--numbers", type=click.Choice(["raw", "corrected"]), default="raw", show_default=True, help="By calibrations."
    )


def _asks(*options: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command its own options and those that all have."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed((*_SHARED, *options)):
            command = option(command)
        return command

    return give


@export.command()
@_asks(
    _bucket("hour"), _keys("zones"), _numbers(), click.option("--threshold", type=int, default=60, show_default=True)
)
def dwell(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Dwell and stays of zones; --threshold is what a stay is, in seconds."""
    _export("dwell", options)


@export.command()
@_asks(_bucket("hour"), _keys("zones"), _numbers())
def presence(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Entries, exits, presence and occupancy of zones."""
    _export("presence", options)


@export.command()
@_asks(
    _bucket("hour"),
    click.option("--of", type=click.Choice(["site", "space", "border", "line"]), default="site", show_default=True),
    _keys("lines"),
    _keys("borders"),
    _keys("spaces"),
    _numbers(),
)
def flow(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Crossings: of the site, its spaces, borders or lines."""
    _export("flow", options)


@export.command()
@_asks(_bucket("hour"), _keys("spaces"))
def occupancy(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """People in closed spaces from their lines alone; nobody may be there at --from and --to."""
    _export("occupancy", options)


@export.command()
@_asks(_bucket("day"), _keys("lines"), _keys("zones"))
def quality(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Coverage, outages, flags and what became of the records, by line and zone."""
    _export("quality", options)


def _export(table: str, options: Options) -> None:
    _need_client()
    from platspuls_client import BusyError, ClientError, Dialect, Format, KeyFileError, UnreachableError

    output: Path | None = options["output"]
    file_format = Format(_format(options["file_format"], output))
    dialect = Dialect(options["dialect"])
    if dialect is not Dialect.STANDARD and file_format is not Format.CSV:
        raise click.UsageError(f"--dialect {dialect}: only a CSV has one, and {file_format} was asked for")
    if output is not None and str(output) != "-" and not output.absolute().parent.is_dir():
        raise click.UsageError(f"--output {output}: there is no folder {output.absolute().parent}")
    with (
        failing(1, ClientError, KeyFileError, OSError),
        failing(FAILED, UnreachableError, BusyError),
        _client(options) as client,
        _progress() as on_progress,
    ):
        query = _query(table, options)
        if str(output) == "-":
            client.write(query, file_format, sys.stdout.buffer, dialect=dialect, on_progress=on_progress)
            return
        saved = client.save(query, file_format, output, dialect=dialect, on_progress=on_progress)
    click.echo(f"wrote {saved.path}: {saved.size} bytes, data version {saved.data_version}", err=True)


def _need_client() -> None:
    try:
        import platspuls_client  # noqa: F401 - whether it can be imported
    except ModuleNotFoundError as error:
        if error.name not in {"platspuls_client", "httpx"}:
            raise
        raise click.ClickException("this needs the client of the API: pip install ./client, in the checkout") from error


def _format(given: str | None, output: Path | None) -> str:
    suffix = output.suffix.removeprefix(".").lower() if output is not None else ""
    return given or (suffix if suffix in _FORMATS else "csv")


def _client(options: Options) -> "Client":
    """Return a client of the API that was named, or of one that runs inside this process on the database."""
    from platspuls_client import Client, find_key

    if options["api"]:
        return Client(options["api"], key=find_key(options["key_file"]))
    if not options["database_url"]:
        raise click.UsageError("say where the numbers are: --database-url, or --api")
    from platspuls.cli.programs.in_process import ADDRESS, InProcessTransport

    return Client(ADDRESS, transport=InProcessTransport(options["database_url"]), attempts=1)


def _query(table: str, options: Options) -> "Query":
    from platspuls_client import Bucket, Hours, Of, Query, Table

    keys = {name: _split(options.get(name, "")) for name in ("zones", "lines", "borders", "spaces")}
    numbers = options.get("numbers")
    return Query(
        table=Table(table),
        site=options["site"],
        start=options["start"],
        end=options["end"],
        bucket=Bucket(options["bucket"]),
        hours=Hours(options["hours"]),
        of=Of(options["of"]) if "of" in options else None,
        threshold_s=options.get("threshold"),
        numbers=None if numbers == "raw" else numbers,
        **keys,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())


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
