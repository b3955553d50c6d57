"""`platspuls dashboards`: the dashboards and alerts of Grafana, as files and on a server."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from platspuls.cli.shared import FAILED, failing, write_generated

if TYPE_CHECKING:
    from dashboards.grafana import Grafana
    from dashboards.push_plan import DesiredState, PushStep

_PARTS: Final = ("data-source", "dashboards", "alerts")
_SHOWN: Final = 8
_Options = dict[str, Any]
_Command = TypeVar("_Command", bound=Callable[..., object])


@click.group()
def dashboards() -> None:
    """Make the dashboards and alerts of Grafana, and put them into it."""


@dashboards.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is missing, out of date or too many.")
@click.option(
    "--alerts",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("deploy/grafana/provisioning/alerting/platspuls.yaml"),
    show_default=True,
    help="The file of alert rules.",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("dashboards/json"))
def build(check: bool, alerts: Path, folder: Path) -> None:
    """Write the dashboards into FOLDER (dashboards/json), one file a dashboard and language, and the alerts."""
    from dashboards.build import alert_file, documents

    made = {folder / name: text for name, text in documents().items()} | {alerts: alert_file()}
    write_generated(made, check=check, command="platspuls dashboards build")
    extra = sorted(path for path in folder.glob("*.json") if path not in made)
    for path in extra:
        click.echo(f"{path} is not a dashboard of this version; remove it", err=True)
    if check and extra:
        raise SystemExit(1)


def _env_option(name: str, **how: Any) -> Callable[[_Command], _Command]:  # noqa: ANN401 - as click's own
    """Return an option that an environment variable may give too."""
    variable = f"PLATSPULS_GRAFANA_{name.upper().replace('-', '_')}"
    return click.option(f"--{name}", envvar=variable, show_envvar=True, show_default="default" in how, **how)


_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_SSLMODES: Final = click.Choice(["disable", "require", "verify-ca", "verify-full"])
_OPTIONS: Final = (
    _env_option("url", required=True, help="Grafana's address."),
    _env_option("token", hidden=True),
    _env_option("token-file", type=_FILE, help="Token of a service account."),
    _env_option("ca", type=_FILE, help="Certificate of Grafana's private authority."),
    click.option("--plain-http", is_flag=True, help="Let the token travel unencrypted to another machine."),
    click.option("--without", multiple=True, type=click.Choice(_PARTS), help="A part to leave alone; repeatable."),
    click.option("--public", is_flag=True, help="Only what anybody may see, for an organisation of its own."),
    _env_option("database-host", default="127.0.0.1", help="The store, as Grafana reaches it."),
    _env_option("database-port", default=5432, type=click.IntRange(1, 65_535)),
    _env_option("database-name", default="platspuls"),
    _env_option("database-user", default="grafana", help="A login that may read the contract, and nothing else."),
    _env_option("database-sslmode", default="verify-full", type=_SSLMODES),
    _env_option("database-password", hidden=True),
    _env_option("database-password-file", type=_FILE, help="Its password."),
    click.option("--set-password", is_flag=True, help="Send the password though nothing else differs."),
)


def _server(command: _Command) -> _Command:
    """Give a command the options of the server, and of what it should have."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _grafana(options: _Options) -> "Grafana":
    """Return the server."""
    from dashboards.grafana import Grafana

    token = _secret(options, "token")
    if not token:
        raise click.UsageError("a service account's token is needed: --token-file, or PLATSPULS_GRAFANA_TOKEN")
    return Grafana(options["url"], token, options["ca"], allows_plain_http=options["plain_http"])


def _desired_state(options: _Options) -> "DesiredState":
    """Return what the server should have."""
    from dashboards.push_plan import DataSource, desired_state

    without = options["without"]
    source = DataSource(
        options["database_host"],
        options["database_port"],
        options["database_name"],
        options["database_user"],
        options["database_sslmode"],
        _secret(options, "database_password"),
    )
    desired = desired_state(
        None if "data-source" in without else source,
        with_dashboards="dashboards" not in without,
        with_alerts="alerts" not in without,
        public_only=options["public"],
    )
    return replace(desired, sends_password=options["set_password"])


@dashboards.command()
@_server
def diff(**options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Show what a push would change, and change nothing. Ends with 1 where it would."""
    if _run(options, carries_out=False):
        raise SystemExit(1)


@dashboards.command()
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@_server
def push(dry_run: bool, **options: Any) -> None:  # noqa: ANN401 - as many options as there are
    """Put the data source, folder, dashboards and alerts into Grafana: what is there already stays as it is."""
    _run(options, carries_out=not dry_run)


def _run(options: _Options, *, carries_out: bool) -> int:
    """Show all changes, and carry them out; return how many there were."""
    from dashboards.grafana import GrafanaError
    from dashboards.push_plan import Verb, carry_out, changes

    with failing(FAILED, GrafanaError):
        grafana, desired = _grafana(options), _desired_state(options)
        click.echo(f"{grafana.url}: Grafana {grafana.version()}")
        total = 0
        for change in changes(grafana, desired):
            if change.verb is not Verb.NOTHING:
                total += 1
                _show(change)
            if carries_out:
                carry_out(grafana, change)
    click.echo(
        f"{total} {'made or changed' if carries_out else 'would be made or changed'}, the rest is as it should be."
    )
    return total


def _show(change: "PushStep") -> None:
    click.echo(f"{change.verb} {change.kind} {change.uid}")
    for difference in change.differences[:_SHOWN]:
        click.echo(f"  {difference}")
    if len(change.differences) > _SHOWN:
        click.echo(f"  and {len(change.differences) - _SHOWN} more")


def _secret(options: _Options, name: str) -> str | None:
    """Return a secret from the environment or a file. Raises BadParameter for an empty file."""
    path: Path | None = options[f"{name}_file"]
    if path is None:
        return options[name] or None
    found = path.read_text(encoding="utf-8").strip()
    if not found:
        raise click.BadParameter(f"{path} is empty", param_hint=f"--{name.replace('_', '-')}-file")
    return found
