"""`platspuls docs`: the pages that are generated from the programs themselves."""

from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is missing or out of date.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"))
def docs(check: bool, folder: Path) -> None:
    """Write settings.md into FOLDER (docs)."""
    from platspuls.documents.settings import document

    page = folder / "settings.md"
    text = document()
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return
    if check:
        raise click.ClickException(f"{page} is out of date: run `make docs`")
    page.write_text(text, encoding="utf-8")
    click.echo(f"wrote {page}")
