"""Lists as JSON: what every command that lists prints with --json."""

from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Final

import click

json_option: Final = click.option("--json", "as_json", is_flag=True, help="Print it as JSON: times with offset.")


def print_json(found: object) -> None:
    """Print dataclasses, mappings and sequences of them as JSON, indented."""
    import msgspec

    encoded = msgspec.json.Encoder(decimal_format="number").encode(_plain(found))
    click.echo(msgspec.json.format(encoded, indent=2).decode())


def records(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[dict[str, object]]:
    """Return the rows of a table by the names of their columns."""
    names = [name.lower().replace(" ", "_") for name in head]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _plain(found: Any) -> Any:  # noqa: ANN401 - whatever is listed
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    if isinstance(found, dict):
        return {name: _plain(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(one) for one in found]
    return found
