"""Counting rounds into the store, and out of it as what factors are worked out of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.calibration.factors import CountingRound, Factor, Kind, Strata, as_stored, factors
from api.calibration.factors import Wanted as How
from api.calibration.ratio import CalibrationError
from platspuls.calibration.sheet import Row
from store.calibrations import Counted, Wanted, add_counting_round, counting_rounds
from store.database import CommandRefusedError, Database, transaction


@dataclass(frozen=True, slots=True)
class RoundSelection:
    """Which rounds, and how factors are worked out of them; as the options of the command are called."""

    site: str
    kind: str
    part: str
    first: datetime | None
    end: datetime | None
    strata: str
    busy_from: float | None
    together: bool
    threshold_s: int | None


@dataclass(frozen=True, slots=True)
class ComputedFactors:
    """Factors, the rounds they came from, and how."""

    counting_rounds: Sequence[int]
    how: How
    factors: Sequence[Factor]


class _NoneKeptError(Exception):
    """Some can't be kept, so none are."""


def keep(
    database: Database, by: str, site: str, rows: Sequence[Row], *, accept_rest: bool
) -> tuple[int, Sequence[str]]:
    """Keep rounds, all or none; with `accept_rest` those that can be. Returns how many, and a sentence each refusal.

    Raises DatabaseError.
    """
    refusals: list[str] = []
    try:
        with transaction(database):
            for row in rows:
                refusals += _kept(database, by, site, row)
            _check(refusals, accept_rest=accept_rest)
    except _NoneKeptError:
        return 0, refusals
    return len(rows) - len(refusals), refusals


def _kept(database: Database, by: str, site: str, row: Row) -> Sequence[str]:
    try:
        add_counting_round(database, by, site, row.counting_round)
    except CommandRefusedError as error:
        return [f"row {row.number}: {error}"]
    return []


def _check(refusals: Sequence[str], *, accept_rest: bool) -> None:
    if refusals and not accept_rest:
        raise _NoneKeptError


def computed(database: Database, chosen: RoundSelection) -> ComputedFactors:
    """Return the factors of the rounds that were chosen. Raises CalibrationError, DatabaseError."""
    how = How(Strata(chosen.strata), chosen.busy_from, chosen.together, chosen.threshold_s)
    counted = _usable(database, chosen)
    return ComputedFactors([one.counting_round for one in counted], how, factors(_of_one_setup(counted), how))


def as_calibration(
    chosen: RoundSelection, found: ComputedFactors, valid_from: datetime, valid_to: datetime | None, note: str
) -> Mapping[str, Any]:
    """Return a calibration as the store takes it (writing.calibration_add)."""
    return {
        "kind": chosen.kind,
        "line" if chosen.kind == "crossings" else "zone": chosen.part,
        "from": valid_from.isoformat(),
        "to": valid_to and valid_to.isoformat(),
        "note": note,
        **as_stored(found.counting_rounds, found.how, found.factors),
    }


def _usable(database: Database, chosen: RoundSelection) -> list[Counted]:
    wanted = Wanted(chosen.kind, chosen.part, chosen.first, chosen.end)
    found = [one for one in counting_rounds(database, chosen.site, wanted) if one.withdrawn_reason is None]
    if not found:
        raise CalibrationError(f"site {chosen.site} has no counting rounds of {chosen.kind} of {chosen.part} then")
    return found


def _of_one_setup(counted: Sequence[Counted]) -> list[CountingRound]:
    setups = sorted({one.setup for one in counted})
    if len(setups) > 1:
        raise CalibrationError(
            f"the counting rounds are of several setups of the counter: {', '.join(setups)}; "
            "limit them by --from and --to"
        )
    return [_counting_round(one) for one in counted]


def _counting_round(one: Counted) -> CountingRound:
    seconds = round((one.end - one.start).total_seconds())
    watched = one.observed_ms / (1000 * seconds)
    return CountingRound(
        one.counting_round, Kind(one.kind), seconds, one.hand, one.machine, one.dark, float(one.busy), watched
    )
