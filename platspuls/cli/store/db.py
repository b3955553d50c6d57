"""`platspuls db`: the database's schema."""

from pathlib import Path
from typing import Final

import click

from platspuls.cli.access.grants import operator
from platspuls.cli.shared import database_url, database_url_option, failing, opened

_GIGABYTE: Final = 10**9
_DAYS_A_MONTH: Final = 30.44
_owners_url = database_url_option(
    "Address of the store, as the owner of its schema, such as postgresql://user@host/database."
)


@click.group()
def db() -> None:
    """Keep the database's schema."""


@db.command()
@_owners_url
@click.option(
    "--logins",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of NAME.password files: make these logins too, or give them these passwords.",
)
def migrate(database_url: str, logins: Path | None) -> None:
    """Bring the database to this version: run what is missing, and make its contracts anew.

    With --logins, each of ingest, api and grafana whose password lies in the folder gets a login that may do
    what it must, and no more, and the link that `install` printed is good from then on. Where a study measures, it
    says what to do before counters are updated.
    """
    from platspuls.cli.store.study import say_before_updates
    from store.access.database_logins import LoginError, put_logins
    from store.access.first_invitation import put_first_invitation
    from store.database import DatabaseError, connect
    from store.migrate import MigrationError
    from store.migrate import migrate as migrate_database

    with (
        failing(1, DatabaseError, MigrationError, LoginError),
        connect(database_url, application="platspuls db", autocommit=True) as database,
    ):
        done = migrate_database(database)
        made = put_logins(database, logins) if logins else []
        for migration in done:
            click.echo(f"ran {migration.path.name}")
        click.echo("The database has this version's schema.")
        if logins:
            click.echo(f"Logins: {', '.join(made) or 'none'}.")
            if put_first_invitation(database, logins):
                click.echo("The link that `platspuls install` printed is good for 24 hours from now.")
        say_before_updates(database)


@db.command()
@_owners_url
@click.option("--keep-months", type=click.IntRange(2, 1200), default=13, show_default=True, help="Of raw facts.")
@click.option(
    "--keep-text-months",
    type=click.IntRange(1, 1200),
    default=24,
    show_default=True,
    envvar="PLATSPULS_KEEP_TEXT_MONTHS",
    show_envvar=True,
    help="Of notes in own words.",
)
@click.option("--dry-run", is_flag=True, help="Say how many texts would go, and forget nothing.")
def housekeep(database_url: str, keep_months: int, keep_text_months: int, dry_run: bool) -> None:
    """Forget raw facts, refused messages and texts in own words older than what is kept.

    Aggregates, dwell, delivery, and the numbers and times that people wrote stay for ever.
    """
    from datetime import UTC, datetime, timedelta

    from store.database import DatabaseError, connect
    from store.housekeeping import forget_before, forget_refused, remove_texts

    before, texts_before = (
        datetime.now(UTC) - timedelta(days=months * _DAYS_A_MONTH) for months in (keep_months, keep_text_months)
    )
    with failing(1, DatabaseError), connect(database_url, application="platspuls db", autocommit=True) as database:
        removed = remove_texts(database, operator(), texts_before, keep_text_months, is_rehearsal=dry_run)
        what = f"texts from before {texts_before:%Y-%m-%d}: {removed.records} log records, {removed.versions} versions"
        if dry_run:
            click.echo(f"Would take away {what}. Raw facts are not counted beforehand.")
            return
        click.echo(f"Took away {what}.")
        gone = forget_before(database, before)
        refused = forget_refused(database, before)
    click.echo(f"Forgot raw facts from before {before:%Y-%m-%d}: {gone} rows, or chunks where the server has them.")
    click.echo(f"Forgot what was refused or held and came last before then: {refused} rows.")


@db.command()
@database_url
@click.argument("gigabytes", type=click.FloatRange(0, 10**6, min_open=True), required=False)
@click.option("--none", "no_limit", is_flag=True, help="Forget the limit.")
def limit(database_url: str, gigabytes: float | None, no_limit: bool) -> None:
    """Say how many GIGABYTES (10^9 bytes) the database may take, for alerts. Without a number, print what it takes."""
    from store.monitoring import limit_size, size

    if no_limit and gigabytes is not None:
        raise click.UsageError("either GIGABYTES or --none")
    with opened(database_url, "db") as database:
        if no_limit or gigabytes is not None:
            limit_size(database, None if gigabytes is None else round(gigabytes * _GIGABYTE))
        taken, most = size(database)
    of = "no limit is set" if most is None else f"{taken / most:.0%} of {most / _GIGABYTE:g} GB"
    click.echo(f"The database takes {taken / _GIGABYTE:.3f} GB: {of}.")
