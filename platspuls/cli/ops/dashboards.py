"""`platspuls dashboards`: the dashboards and alerts of Grafana, as files and on a server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from dashboards.grafana import Grafana
    from dashboards.push_plan import DataSource, DesiredState, PushStep

_AWAY: Final = 3
"""Exit code when the server couldn't be asked, or refused: 1 says that there are differences."""
_PARTS: Final = ("data-source", "dashboards", "alerts")
_SHOWN: Final = 8
_ENV: Final = "PLATSPULS_GRAFANA_"
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
    stale = [path for path, text in made.items() if _read(path) != text]
    extra = sorted(path for path in folder.glob("*.json") if path not in made)
    if check and (stale or extra):
        paths = ", ".join(str(path) for path in [*stale, *extra])
        raise click.ClickException(f"not as they are built: {paths}; run `platspuls dashboards build`")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
        click.echo(f"wrote {path}")
    for path in extra:
        click.echo(f"{path} is not a dashboard of this version; remove it", err=True)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


@dataclass(frozen=True, slots=True)
class _GrafanaOptions:
    """What the options say of the server, and of what it should have."""

    url: str
    token: str | None
    token_file: Path | None
    ca: Path | None
    plain_http: bool
    without: Sequence[str]
    public: bool
    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_sslmode: str
    database_password: str | None
    database_password_file: Path | None
    set_password: bool

    def grafana(self) -> "Grafana":
        """Return the server."""
        from dashboards.grafana import Grafana

        token = _secret(self.token, self.token_file, "--token-file")
        if not token:
            raise click.UsageError("a service account's token is needed: --token-file, or PLATSPULS_GRAFANA_TOKEN")
        return Grafana(self.url, token, self.ca, allows_plain_http=self.plain_http)

    def desired_state(self) -> "DesiredState":
        """Return what the server should have."""
        from dataclasses import replace

        from dashboards.push_plan import desired_state

        desired = desired_state(
            None if "data-source" in self.without else self._source(),
            with_dashboards="dashboards" not in self.without,
            with_alerts="alerts" not in self.without,
            public_only=self.public,
        )
        return replace(desired, sends_password=self.set_password)

    def _source(self) -> "DataSource":
        from dashboards.push_plan import DataSource

        return DataSource(
            self.database_host,
            self.database_port,
            self.database_name,
            self.database_user,
            self.database_sslmode,
            _secret(self.database_password, self.database_password_file, "--database-password-file"),
        )


_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_SSLMODES: Final = click.Choice(["disable", "require", "verify-ca", "verify-full"])
_OPTIONS: Final = (
    click.option("--url", envvar=f"{_ENV}URL", show_envvar=True, required=True, help="Grafana's address."),
    click.option("--token", envvar=f"{_ENV}TOKEN", hidden=True),
    click.option(
        "--token-file", envvar=f"{_ENV}TOKEN_FILE", show_envvar=True, type=_FILE, help="Token of a service account."
    ),
    click.option(
        "--ca", envvar=f"{_ENV}CA", show_envvar=True, type=_FILE, help="Certificate of Grafana's private authority."
    ),
    click.option("--plain-http", is_flag=True, help="Let the token travel unencrypted to another machine."),
    click.option("--without", multiple=True, type=click.Choice(_PARTS), help="A part to leave alone; repeatable."),
    click.option("--public", is_flag=True, help="Only what anybody may see, for an organisation of its own."),
    click.option(
        "--database-host",
        envvar=f"{_ENV}DATABASE_HOST",
        show_envvar=True,
        default="127.0.0.1",
        show_default=True,
        help="The store, as Grafana reaches it.",
    ),
    click.option(
        "--database-port",
        envvar=f"{_ENV}DATABASE_PORT",
        show_envvar=True,
        default=5432,
        show_default=True,
        type=click.IntRange(1, 65_535),
    ),
    click.option(
        "--database-name", envvar=f"{_ENV}DATABASE_NAME", show_envvar=True, default="platspuls", show_default=True
    ),
    click.option(
        "--database-user",
        envvar=f"{_ENV}DATABASE_USER",
        show_envvar=True,
        default="grafana",
        show_default=True,
        help="A login that may read the contract, and nothing else.",
    ),
    click.option(
        "--database-sslmode",
        envvar=f"{_ENV}DATABASE_SSLMODE",
        show_envvar=True,
        default="verify-full",
        show_default=True,
        type=_SSLMODES,
    ),
    click.option("--database-password", envvar=f"{_ENV}DATABASE_PASSWORD", hidden=True),
    click.option(
        "--database-password-file",
        envvar=f"{_ENV}DATABASE_PASSWORD_FILE",
        show_envvar=True,
        type=_FILE,
        help="Its password.",
    ),
    click.option("--set-password", is_flag=True, help="Send the password though nothing else differs."),
)


def _server(command: _Command) -> _Command:
    """Give a command the options of `_GrafanaOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dashboards.command()
@_server
def diff(**options: object) -> None:
    """Show what a push would change, and change nothing. Ends with 1 where it would."""
    if _run(options, carries_out=False):
        raise SystemExit(1)


@dashboards.command()
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@_server
def push(dry_run: bool, **options: object) -> None:
    """Put the data source, folder, dashboards and alerts into Grafana: what is there already stays as it is."""
    _run(options, carries_out=not dry_run)


def _run(options: dict[str, object], *, carries_out: bool) -> int:
    """Show all changes, and carry them out; return how many there were."""
    server = _GrafanaOptions(**options)  # type: ignore[arg-type]  # click made them as the options above say
    with _errors_in_sentences():
        from dashboards.push_plan import Verb, carry_out, changes

        grafana, desired = server.grafana(), server.desired_state()
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


@contextmanager
def _errors_in_sentences() -> Iterator[None]:
    """Report Grafana's errors in a sentence, a missing extra too."""
    try:
        from dashboards.grafana import GrafanaError
    except ModuleNotFoundError as error:
        if error.name not in {"babel", "grafana_client", "niquests", "grafana_foundation_sdk", "yaml"}:
            raise
        raise click.ClickException("this needs an extra: pip install 'platspuls[dashboards]'") from error
    try:
        yield
    except GrafanaError as error:
        click.echo(str(error), err=True)
        raise SystemExit(_AWAY) from error


def _secret(text: str | None, path: Path | None, option: str) -> str | None:
    """Return a secret from the environment or a file. Raises ClickException for an empty file."""
    if path is None:
        return text or None
    found = path.read_text(encoding="utf-8").strip()
    if not found:
        raise click.BadParameter(f"{path} is empty", param_hint=option)
    return found
