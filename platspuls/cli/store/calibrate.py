"""`platspuls calibrate`: counting rounds beside a counter, and the corrections that come of them."""

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from platspuls.cli.access.grants import operator
from platspuls.cli.asked import (
    AskedPeriod,
    AskedTime,
    asked_range,
    check_one_of,
    known_places,
    period_option,
    time_option,
)
from platspuls.cli.listing import json_option, print_json, records
from platspuls.cli.shared import database_url, fail, failing, opened, print_table, shown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from api.calibration.assembly import ComputedCalibration
    from api.calibration.factors import FactorOptions
    from store.calibration import RoundFilter, StoredCalibration, StoredRound
    from store.database import Database

_KINDS: Final = click.Choice(("crossings", "presence", "stays"))
_STRATA: Final = click.Choice(("none", "light", "crowd", "light-and-crowd"))
_COUNTING_ROUNDS: Final = (
    "ROUND",
    "KIND",
    "OF",
    "FROM",
    "TO",
    "HAND",
    "COUNTER",
    "LIGHT",
    "BUSY",
    "STATE",
    "BY",
    "WITHDRAWN",
)
_CALIBRATIONS: Final = ("CALIBRATION", "KIND", "OF", "SETUP", "FROM", "TO", "STRATA", "ROUNDS", "BY", "WITHDRAWN")
_FACTORS: Final = ("MEASURE", "LIGHT", "CROWD", "FACTOR", "LOW", "HIGH", "ROUNDS", "HAND", "COUNTER", "SPREAD")
_FACTOR_FIELDS: Final = ("measure", "dark", "busy", *(name.lower() for name in _FACTORS[3:]))

site_option = click.option("--site", required=True, help="Key of the site.")


@click.group()
def calibrate() -> None:
    """Correct counters by counting rounds beside them. docs/calibration.md says how."""


@calibrate.command("import")
@database_url
@site_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--accept-rest", is_flag=True, help="Keep the counting rounds that can be kept, if some can't.")
def import_(database_url: str, site: str, file: Path, accept_rest: bool) -> None:
    """Read counting rounds from FILE, a CSV; all of them or none. Ends with 1 when one is refused."""
    from platspuls.cli.store.counting_sheet import SheetError, read
    from store.calibration import add_counting_rounds

    with opened(database_url, "calibrate") as database:
        with failing(1, SheetError):
            rows = read(file, _zone(database, site))
        refusals = add_counting_rounds(database, operator(), site, rows, accept_rest=accept_rest)
    for refusal in refusals:
        click.echo(refusal, err=True)
    kept = 0 if refusals and not accept_rest else len(rows) - len(refusals)
    click.echo(f"{kept} of {len(rows)} counting rounds kept")
    sys.exit(1 if refusals else 0)


@calibrate.command("list")
@database_url
@site_option
@json_option
def list_(database_url: str, site: str, as_json: bool) -> None:
    """List counting rounds and calibrations, withdrawn ones too."""
    from store.calibration import RoundFilter, calibrations, counting_rounds

    with opened(database_url, "calibrate") as database:
        zone = _zone(database, site)
        counted, made = counting_rounds(database, site, RoundFilter()), calibrations(database, site)
    if as_json:
        print_json({"counting_rounds": counted, "calibrations": made})
        return
    print_table(_COUNTING_ROUNDS, [_counting_round_line(one, zone) for one in counted])
    click.echo()
    print_table(_CALIBRATIONS, [_calibration_line(one, zone) for one in made])


@dataclass(frozen=True, slots=True)
class RoundSelection:
    """Which counting rounds, and how factors are computed from them: what the options of a command say."""

    site: str
    kind: str
    part: str
    start: AskedTime | None
    end: AskedTime | None
    period: AskedPeriod | None
    options: "FactorOptions"

    def rounds(self, database: "Database") -> "RoundFilter":
        """Return which rounds these are in a store. Ends with 3 where it has no such site, line or zone."""
        from store.calibration import RoundFilter

        of = {"line" if self.kind == "crossings" else "zone": self.part}
        zone = known_places(database, self.site, **of).zones[self.site]
        return RoundFilter(self.kind, self.part, *asked_range(self.start, self.end, zone, self.period))


def chosen_counting_rounds(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which rounds, and how factors come of them: one argument, `chosen`."""
    options = (
        database_url,
        site_option,
        click.option("--kind", type=_KINDS, required=True, help="What was counted."),
        click.option("--of", "part", required=True, help="Key of the line, or of the zone."),
        time_option("--from", "start", help_="Counting rounds from then on."),
        time_option("--to", "end", help_="Counting rounds up to then."),
        period_option(),
        click.option("--strata", type=_STRATA, default="none", show_default=True, help="What gets its own factors."),
        click.option("--busy-from", type=float, help="Crowded from here: crossings a minute, or people present."),
        click.option("--together", is_flag=True, help="One factor for both directions."),
        click.option("--threshold", "threshold_s", type=int, help="Of stays, in seconds: an edge of the dwell bins."),
    )

    @functools.wraps(command)
    def run(database_url: str, site: str, **given: Any) -> None:  # noqa: ANN401  click gave each its type
        from api.calibration.factors import FactorOptions, Strata

        rounds = {name: given.pop(name) for name in ("kind", "part", "start", "end", "period")}
        check_one_of(rounds["period"], rounds["start"], rounds["end"])
        how = FactorOptions(
            Strata(given.pop("strata")), **{name: given.pop(name) for name in ("busy_from", "together", "threshold_s")}
        )
        command(database_url, RoundSelection(site, **rounds, options=how), **given)

    for option in reversed(options):
        run = option(run)
    return run


@calibrate.command()
@chosen_counting_rounds
def compute(database_url: str, chosen: RoundSelection) -> None:
    """Show what factors the counting rounds give, and keep nothing."""
    with opened(database_url, "calibrate") as database:
        found = _computed(database, chosen)
    _print_factors(found)


@calibrate.command()
@chosen_counting_rounds
@time_option("--valid-from", required=True, help_="Applied from then on.")
@time_option("--valid-to", help_="Applied up to then; else until withdrawn.")
@click.option("--note", default="", help="Anything worth knowing.")
def apply(
    database_url: str, chosen: RoundSelection, valid_from: AskedTime, valid_to: AskedTime | None, note: str
) -> None:
    """Compute the factors and apply them to a time; the raw numbers stay as they are."""
    from store.calibration import add_calibration

    with opened(database_url, "calibrate") as database:
        found, zone = _computed(database, chosen), _zone(database, chosen.site)
        start = valid_from.at(zone, past=False)
        end = None if valid_to is None else valid_to.at(zone, past=False)
        number = add_calibration(database, operator(), chosen.site, found.fields(start, end, note))
    _print_factors(found)
    undo = f"platspuls calibrate withdraw {number} --site {chosen.site} --reason WHY"
    click.echo(f"calibration {number} is applied; `{undo}` gives the raw numbers back")


@calibrate.command()
@database_url
@site_option
@click.argument("number", type=int)
@json_option
def show(database_url: str, site: str, number: int, as_json: bool) -> None:
    """Show the factors of calibration NUMBER. Ends with 1 when there is none."""
    from store.calibration import factors

    with opened(database_url, "calibrate") as database:
        known_places(database, site)
        found = factors(database, site, number)
    if not found:
        fail(f"site {site} has no calibration {number}")
    if as_json:
        print_json(records(_FACTOR_FIELDS, found))
        return
    print_table(_FACTORS, [_factor_line(*row) for row in found])


@calibrate.command()
@database_url
@site_option
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--round", "is_round", is_flag=True, help="NUMBER is a counting round, not a calibration.")
def withdraw(database_url: str, site: str, number: int, reason: str, is_round: bool) -> None:
    """Stop applying calibration NUMBER: the raw numbers are back. It stays in the list."""
    from store.calibration import withdraw_calibration, withdraw_counting_round

    with opened(database_url, "calibrate") as database:
        known_places(database, site)
        (withdraw_counting_round if is_round else withdraw_calibration)(database, operator(), site, number, reason)
    click.echo(f"{'counting round' if is_round else 'calibration'} {number} is withdrawn")


def _zone(database: "Database", site: str) -> "ZoneInfo":
    return known_places(database, site).zones[site]


def _computed(database: "Database", chosen: RoundSelection) -> "ComputedCalibration":
    """Return the calibration of the chosen counting rounds; end with 1 where they give none."""
    from api.calibration.assembly import MixedRoundsError, compute
    from api.calibration.factors import CountingRound
    from api.calibration.ratio import CalibrationError
    from store.calibration import counting_rounds

    rounds = counting_rounds(database, chosen.site, chosen.rounds(database))
    held = [one for one in rounds if one.withdrawn_reason is None]
    found = [one for one in held if one.state == "compared"]
    if not found:
        fail(f"site {chosen.site} has no counting rounds of {chosen.kind} of {chosen.part} then{_left_out(held)}")
    if len(found) < len(held):
        click.echo(f"not compared with the counter, left out{_left_out(held)}", err=True)
    with failing(1, CalibrationError):
        try:
            return compute([CountingRound.of(one) for one in found], chosen.options)
        except MixedRoundsError as error:
            fail(f"{error}; limit them by --from and --to")


def _left_out(rounds: Sequence["StoredRound"]) -> str:
    left = [f"{one.counting_round} ({one.reason})" for one in rounds if one.state != "compared"]
    return f": {', '.join(left)}" if left else ""


def _kind(kind: str, threshold_s: int | None) -> str:
    return kind if threshold_s is None else f"{kind} {threshold_s} s"


def _calibration_line(one: "StoredCalibration", zone: "ZoneInfo") -> Sequence[object]:
    held = (
        shown(one.starts_at, zone),
        shown(one.ends_at or "open", zone),
        one.strata,
        len(one.counting_rounds),
        one.created_by,
        one.withdrawn_reason,
    )
    return (one.calibration, _kind(one.kind, one.threshold_s), one.part, one.setup, *held)


def _counting_round_line(one: "StoredRound", zone: "ZoneInfo") -> Sequence[object]:
    light = {None: "", True: "dark", False: "light"}[one.dark]
    busy = "" if one.busy is None else f"{one.busy:.1f}"
    state = f"{one.state}, {one.reason}" if one.reason else one.state
    hand, counter = one.compared_hand or one.hand, one.machine or {}
    counts = (_short(hand), _short(counter), light, busy, state, one.counted_by, one.withdrawn_reason)
    return (
        one.counting_round,
        one.kind,
        one.line or one.zone,
        shown(one.starts_at, zone),
        shown(one.ends_at, zone),
        *counts,
    )


def _short(counts: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name} {sum(found) if isinstance(found, list) else found}" for name, found in counts.items() if found
    )


def _print_factors(found: "ComputedCalibration") -> None:
    print_table(_FACTORS, [_factor_line(*row.values()) for row in found.factor_fields()])


def _factor_line(*row: Any) -> Sequence[object]:  # noqa: ANN401  a row of the table
    measure, dark, busy, factor, low, high, counting_rounds, hand, machine, spread = row
    light = {None: "any", True: "dark", False: "light"}[dark]
    crowd = {None: "any", True: "crowded", False: "sparse"}[busy]
    ends = [f"{number:.3f}" for number in (factor, low, high)]
    return (measure, light, crowd, *ends, counting_rounds, f"{hand:.0f}", f"{machine:.0f}", f"{spread:.1%}")
