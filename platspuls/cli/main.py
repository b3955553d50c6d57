"""The one console command, `platspuls`. Each command imports its program only when it is run."""

import click

from platspuls import __version__
from platspuls.cli.access.key import key
from platspuls.cli.access.login import login, logins
from platspuls.cli.counter.counter import counter
from platspuls.cli.ops.backup import backup, restore
from platspuls.cli.ops.dashboards import dashboards
from platspuls.cli.ops.device import device
from platspuls.cli.ops.install import install
from platspuls.cli.ops.tls import tls
from platspuls.cli.programs.api import api
from platspuls.cli.programs.demo import demo
from platspuls.cli.programs.docs import docs
from platspuls.cli.programs.export import export
from platspuls.cli.programs.ingest import ingest
from platspuls.cli.programs.wire import wire
from platspuls.cli.store.calibrate import calibrate
from platspuls.cli.store.db import db
from platspuls.cli.store.held import held
from platspuls.cli.store.quality import quality
from platspuls.cli.store.reconcile import reconcile
from platspuls.cli.store.rejects import rejects
from platspuls.cli.store.site import site
from platspuls.cli.store.verify import verify


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
main.add_command(logins)
main.add_command(site)
main.add_command(tls)
main.add_command(verify)
main.add_command(wire)
