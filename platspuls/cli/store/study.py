"""`platspuls study`: which phases of studies run, and what that means for updates of counters."""

from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.asked import known_places
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, opened, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Database
    from store.studies import PhaseDevice, StudyPhase

_PHASES: Final = ("site", "study", "phase", "kind", "state", "from", "to", "counted by", "cuts")
_DEVICES: Final = ("site", "study", "phase", "device", "setup", "counts by")


@click.group()
def study() -> None:
    """See what a study needs while it measures."""


@study.command()
@database_url
@click.option("--site", help="Key of a site; else all of them.")
@json_option
def phases(database_url: str, site: str | None, as_json: bool) -> None:
    """List the phases of studies that run or are to come, and what to do before counters are updated.

    Listed is also what such a study has measured before. `counted by` are the counting versions of the data so far,
    `cuts` how often a line's or zone's setup changed within the phase. Ends with 3 when the store can't be asked.
    """
    from platspuls.ops.phase_advice import advice, local_time, shown_versions

    with opened(database_url, "study") as database:
        known_places(database, site)
        known, serving = _asked(database, site)
    if as_json:
        print_json({"phases": known, "devices": serving})
        return
    if not known:
        click.echo("No phase of a study runs or is to come.")
        return
    rows = [
        (
            *(one.site, one.study, one.phase, one.kind, _state(one), local_time(one), local_time(one, end=True)),
            *(shown_versions(one.versions), one.cuts),
        )
        for one in known
    ]
    print_table(_PHASES, rows)
    click.echo()
    of_devices = [(one.site, one.study, one.phase, one.device, one.setup, one.counting_version) for one in serving]
    print_table(_DEVICES, of_devices)
    for sentence in advice(known, serving):
        click.echo(f"\n{sentence}")


def say_before_updates(database: "Database") -> None:
    """Say what to do before counters are updated, where a study measures or is about to. Raises DatabaseError."""
    from platspuls.ops.phase_advice import advice

    if sentences := advice(*_asked(database, None)):
        click.echo("A study measures, or is about to. Before counters are updated (`platspuls study phases`):")
        for sentence in sentences:
            click.echo(f"- {sentence}")


def _asked(database: "Database", site: str | None) -> "tuple[Sequence[StudyPhase], Sequence[PhaseDevice]]":
    from datetime import UTC, datetime

    from store.studies import phase_devices, study_phases

    now = datetime.now(UTC)
    return study_phases(database, site, now), phase_devices(database, site, now)


def _state(phase: "StudyPhase") -> str:
    if phase.is_over:
        return "over"
    return "runs" if phase.has_begun else "to come"
