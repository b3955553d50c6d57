"""`platspuls changes`: what has changed in the data since a file was made, or since a time."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from platspuls.cli.asked import TIME, AskedTime
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.programs.api_client import ADVICE, WHERE, api_client, failing_where_unknown
from platspuls.cli.shared import FAILED, failing, needing, print_table, shown

if TYPE_CHECKING:
    from platspuls_client.models import DataChange, DataChanges

_VERSION: Final = re.compile(r"[0-9a-f]{16}")
_HEAD: Final = ("changed", "kind", "action", "of", "device", "from", "to", "number", "version")


class _Since(click.ParamType[str]):
    name = "file|version|time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's signature
        text = str(value)
        if _VERSION.fullmatch(text) or text.startswith("sha256:"):
            return text
        if (path := Path(text)).is_file():
            with path.open("rb") as file:
                return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        asked: AskedTime = TIME.convert(text, param, ctx)
        return asked.text


SINCE: Final = _Since()
"""The type of an option that takes a file that was taken, its data version, or a time (core.asked_times.FORMS)."""


@click.command()
@click.option("--site", required=True, help="Key of the site.")
@click.option(
    "--since",
    type=SINCE,
    required=True,
    help="A file that `platspuls export` wrote, as it was written; its data version; or a time by the site's clocks.",
)
@json_option
def changes(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str | None, api: str | None, key_file: Path | None, site: str, since: str, as_json: bool
) -> None:
    """List what has changed since a file was made: data that came later, exclusions, calibrations, log records.

    Of a file, or its data version, only changes of its range are listed. Ends with 3 where nobody can be asked now,
    there is no such site, or no such file was taken.
    """
    with needing(ADVICE, "platspuls_client", "httpx"):
        from platspuls_client import BusyError, ClientError, KeyFileError, ProblemError, UnreachableError

    with (
        failing(FAILED, ClientError, KeyFileError, OSError),
        failing(FAILED, UnreachableError, BusyError),
        failing_where_unknown(ProblemError, FAILED),
        api_client(database_url, api, key_file) as client,
    ):
        found = client.changes(site, since)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found))
    else:
        _print(found)


for _option in reversed(WHERE):
    changes = _option(changes)


def _print(found: "DataChanges") -> None:
    if found.changes:
        print_table(_HEAD, [_row(change) for change in found.changes])
    about = f", of {shown(found.from_utc)} to {shown(found.to_utc)}" if found.from_utc else ""
    many = f"more than {len(found.changes)}" if found.more else str(len(found.changes) or "no")
    click.echo(f"{many} change{'' if len(found.changes) == 1 else 's'} since {shown(found.since_utc)}{about}")
    if found.data_known_from and str(found.since_utc) < str(found.data_known_from):
        click.echo(f"When data came is noted since {shown(found.data_known_from)}: what came before isn't listed.")


def _row(change: "DataChange") -> tuple[object, ...]:
    of = " ".join(filter(None, (change.part_kind, change.part)))
    times = (change.starts_at, change.ends_at)
    return (change.changed_at, change.kind, change.action, of, change.device, *times, change.number, change.version)
