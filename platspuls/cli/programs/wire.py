"""`platspuls wire`: the documents of the wire contract."""

from pathlib import Path

import click


@click.group()
def wire() -> None:
    """Document the wire contract between counters and server."""


@wire.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a document is missing or out of date.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/wire"))
def schema(check: bool, folder: Path) -> None:
    """Write the JSON Schemas and the AsyncAPI document into FOLDER (docs/wire)."""
    from platspuls.documents.wire import documents

    stale = {name: text for name, text in documents().items() if _read(folder / name) != text}
    if check and stale:
        raise click.ClickException(f"out of date in {folder}: {', '.join(stale)}; run `platspuls wire schema {folder}`")
    if stale:
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in stale.items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"wrote {folder / name}")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
