"""The console command, `platspuls`. A command's module is imported when the command runs."""

from importlib import import_module
from typing import Final

import click

from platspuls import __version__

_MODULES: Final = {
    "api": "programs.api",
    "backup": "ops.backup",
    "calibrate": "store.calibrate",
    "counter": "counter.counter",
    "dashboards": "ops.dashboards",
    "db": "store.db",
    "demo": "programs.demo",
    "device": "ops.device",
    "docs": "programs.docs",
    "export": "programs.export",
    "held": "store.held",
    "ingest": "programs.ingest",
    "install": "ops.install",
    "key": "access.key",
    "login": "access.login",
    "logins": "access.login",
    "quality": "store.quality",
    "reconcile": "store.reconcile",
    "rejects": "store.rejects",
    "restore": "ops.backup",
    "site": "store.site",
    "tls": "ops.tls",
    "verify": "store.verify",
    "wire": "programs.wire",
}
"""Where each command is: in a module below `platspuls.cli`, under its own name."""


class _LazyGroup(click.Group):
    """Imports the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _MODULES:
            return None
        found: click.Command = getattr(import_module(f"platspuls.cli.{_MODULES[cmd_name]}"), cmd_name)
        return found


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="platspuls")
def main() -> None:
    """Count visitors in public places without watching people."""
