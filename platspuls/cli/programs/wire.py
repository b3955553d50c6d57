"""`platspuls wire`: the documents of the wire contract."""

from pathlib import Path

import click

from platspuls.cli.shared import write_generated


@click.group()
def wire() -> None:
    """Document the wire contract between counters and server."""


@wire.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a document is missing or out of date.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/wire"))
def schema(check: bool, folder: Path) -> None:
    """Write the JSON Schemas and the AsyncAPI document into FOLDER (docs/wire)."""
    from platspuls.documents.wire import documents

    write_generated(
        {folder / name: text for name, text in documents().items()},
        check=check,
        command=f"platspuls wire schema {folder}",
    )
