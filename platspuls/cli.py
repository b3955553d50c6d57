"""The one console command, `platspuls`. Each command imports its program only when it is run."""

import click

from platspuls import __version__
from platspuls.commands.api import api
from platspuls.commands.backup import backup, restore
from platspuls.commands.calibrate import calibrate
from platspuls.commands.counter import counter
from platspuls.commands.dashboards import dashboards
from platspuls.commands.db import db
from platspuls.commands.demo import demo
from platspuls.commands.device import device
from platspuls.commands.docs import docs
from platspuls.commands.export import export
from platspuls.commands.held import held
from platspuls.commands.ingest import ingest
from platspuls.commands.install import install
from platspuls.commands.key import key
from platspuls.commands.login import login, session
from platspuls.commands.quality import quality
from platspuls.commands.reconcile import reconcile
from platspuls.commands.rejects import rejects
from platspuls.commands.site import site
from platspuls.commands.tls import tls
from platspuls.commands.verify import verify
from platspuls.commands.wire import wire


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="platspuls")
def main() -> None:
    """Count visitors in public places without watching people."""


main.add_command(api)
main.add_command(backup)
main.add_command(calibrate)
main.add_command(counter)
main.add_command(dashboards)
main.add_command(db)
main.add_command(demo)
main.add_command(device)
main.add_command(docs)
main.add_command(export)
main.add_command(held)
main.add_command(ingest)
main.add_command(install)
main.add_command(key)
main.add_command(login)
main.add_command(quality)
main.add_command(reconcile)
main.add_command(rejects)
main.add_command(restore)
main.add_command(session)
main.add_command(site)
main.add_command(tls)
main.add_command(verify)
main.add_command(wire)
