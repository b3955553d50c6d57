"""`platspuls install`: all secrets of an installation, by one command."""

import os
from pathlib import Path

import click

from platspuls.cli.ops.shared import credential_errors, time_now


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PLATSPULS_INSTALLATION",
    default=Path("installation"),
    show_default=True,
    show_envvar=True,
    help="Holds all secrets of the installation, and what must not be lost: keep it in the backup.",
)
@click.option(
    "--own-domain",
    is_flag=True,
    help="The pages get their certificate from a public authority; NAME must be yours and reach this machine.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=443, show_default=True, help="TCP port of the pages.")
@click.option(
    "--for",
    "readers",
    type=click.Choice(("containers", "system", "me")),
    help="Whom the files are given to: the containers of docker-compose.yml, the users platspuls and mosquitto of this "
    "computer, or nobody.  [default: containers when run by root, else me]",
)
def install(names: tuple[str, ...], folder: Path, own_domain: bool, port: int, readers: str | None) -> None:
    """Make authority, certificates, passwords and logins of an installation that is reached under NAME.

    NAME is a DNS name or an address; devices are given the first one. It may be run again: what is there stays,
    other names bring new certificates of the same authority.
    """
    with credential_errors():
        from platspuls.ops.install.layout import CONTAINERS, Layout
        from platspuls.ops.install.make import give_away, prepare_first_login, users_of_this_system
        from platspuls.ops.install.make import install as make

        layout = Layout(folder)
        made = make(layout, names, time_now(), own_domain=own_domain, port=port)
        is_new = layout.secrets / "database.password" in made
        link = prepare_first_login(layout, names, port) if is_new else None
        readers = readers or ("containers" if os.geteuid() == 0 else "me")
        if readers != "me":
            give_away(layout, CONTAINERS if readers == "containers" else users_of_this_system())
    for path in made:
        click.echo(f"made {path}")
    click.echo(f"{folder} is complete for {', '.join(names)}." if made else f"{folder} was complete already.")
    if link:
        click.echo("This logs the first administrator in, once, within 24 hours after `platspuls db migrate --logins`")
        click.echo(f"(with containers: `docker compose up --detach`):\n  {link}")
    if not own_domain:
        click.echo(f"Browsers that shall trust the pages need {layout.credentials.https / 'ca.pem'}.")
