"""`platspuls docs`: the pages, and the client's models, that are generated from the programs themselves."""

from pathlib import Path

import click

from platspuls.cli.shared import write_generated


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
    write_generated(pages, check=check, command="make docs")
