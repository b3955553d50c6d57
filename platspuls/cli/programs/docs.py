"""`platspuls docs`: the pages, and the client's models, that are generated from the programs themselves."""

from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is missing or out of date.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"))
def docs(check: bool, folder: Path) -> None:
    """Write api.md and settings.md into FOLDER (docs), and in a checkout the models of client/ beside it."""
    from platspuls.documents import api, client_models, settings

    pages = {folder / "api.md": api.document(), folder / "settings.md": settings.document()}
    package = folder.absolute().parent / "client" / "platspuls_client"
    if package.is_dir():
        pages[package / "models.py"] = client_models.document()
    stale = {page: text for page, text in pages.items() if not page.exists() or page.read_text("utf-8") != text}
    if check and stale:
        raise click.ClickException(f"out of date: {', '.join(map(str, stale))}: run `make docs`")
    for page, text in stale.items():
        page.write_text(text, encoding="utf-8")
        click.echo(f"wrote {page}")
