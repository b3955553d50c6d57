"""Shared by the commands on credentials: their folder, the time, and what is wrong in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from platspuls.ops.identity.folder import Folder

RELOAD: Final = (
    "Then let Mosquitto read its files anew: send it SIGHUP, such as `docker compose kill -s HUP mosquitto` or "
    "`systemctl reload mosquitto`."
)


def time_now() -> datetime:
    """Return the time in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _folder(_context: click.Context, _parameter: click.Parameter, path: Path) -> "Folder":
    from platspuls.ops.identity.folder import Folder

    return Folder(path)


folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PLATSPULS_CREDENTIALS",
    default=Path("credentials"),
    show_default=True,
    show_envvar=True,
    callback=_folder,
    help="Holds all credentials of this installation.",
)


@contextmanager
def credential_errors() -> Iterator[None]:
    """End with 1 and the sentence of what is wrong with credentials."""
    from platspuls.ops.identity.errors import IdentityError

    try:
        yield
    except IdentityError as error:
        raise click.ClickException(str(error)) from error


class CredentialsGroup(click.Group):
    """Commands that end as `credential_errors` says."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        with credential_errors():
            return super().invoke(ctx)
