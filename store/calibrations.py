"""Counting rounds and calibrations, as an operator enters, lists and withdraws them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from store.database import CommandRefusedError, Database, command, statement, transaction


@dataclass(frozen=True, slots=True)
class Counted:
    """A counting round as it is kept: hand and machine as platspuls.calibration_session says; part: a line or zone."""

    counting_round: int
    kind: str
    part: str
    setup: str
    start: datetime
    end: datetime
    hand: Mapping[str, Any]
    machine: Mapping[str, Any]
    dark: bool
    busy: Decimal
    counted_by: str
    withdrawn_reason: str | None
    observed_ms: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """A calibration as it is kept; end None is without end."""

    calibration: int
    kind: str
    part: str
    threshold_s: int | None
    setup: str
    start: datetime
    end: datetime | None
    strata: str
    busy_from: Decimal | None
    counting_rounds: Sequence[int]
    created_by: str
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which counting rounds: None is any."""

    kind: str | None = None
    part: str | None = None
    from_utc: datetime | None = None
    to_utc: datetime | None = None


def add_counting_round(database: Database, by: str, site: str, counting_round: Mapping[str, Any]) -> int:
    """Keep a counting round and return its number. Raises CommandRefusedError, or another DatabaseError."""
    return _run(database, "calibration/counting_round_add", by=by, site=site, counting_round=json.dumps(counting_round))


def withdraw_counting_round(database: Database, by: str, site: str, number: int, reason: str) -> None:
    """Take a counting round out. Raises CommandRefusedError, or another DatabaseError."""
    _run(database, "calibration/counting_round_withdraw", by=by, site=site, number=number, reason=reason)


def add_calibration(database: Database, by: str, site: str, calibration: Mapping[str, Any]) -> int:
    """Keep a calibration, apply it, and return its number. Raises CommandRefusedError, or another DatabaseError."""
    return _run(database, "calibration/add", by=by, site=site, calibration=json.dumps(calibration))


def withdraw_calibration(database: Database, by: str, site: str, number: int, reason: str) -> None:
    """Apply a calibration no more. Raises CommandRefusedError, or another DatabaseError."""
    _run(database, "calibration/withdraw", by=by, site=site, number=number, reason=reason)


def counting_rounds(database: Database, site: str, wanted: Wanted) -> list[Counted]:
    """Return counting rounds by time, also those withdrawn. Raises DatabaseError."""
    told = {
        "site": site,
        "kind": wanted.kind,
        "part": wanted.part,
        "from_utc": wanted.from_utc,
        "to_utc": wanted.to_utc,
    }
    with transaction(database):
        return [Counted(*row) for row in database.execute(statement("calibration/counting_rounds"), told)]


def calibrations(database: Database, site: str) -> list[Calibration]:
    """Return the calibrations of a site by time, also those withdrawn. Raises DatabaseError."""
    with transaction(database):
        return [Calibration(*row) for row in database.execute(statement("calibration/list"), {"site": site})]


def factors(database: Database, site: str, number: int) -> list[tuple[Any, ...]]:
    """Return a calibration's factors: measure, dark, busy, factor, low, high, rounds, hand, machine, spread."""
    with transaction(database):
        return database.execute(statement("calibration/factors"), {"site": site, "number": number}).fetchall()


def time_zone(database: Database, site: str) -> str:
    """Return the site's time zone. Raises CommandRefusedError where there is no such site."""
    with transaction(database):
        row = database.execute(statement("calibration/time_zone"), {"site": site}).fetchone()
    if row is None:
        raise CommandRefusedError(f"there is no site {site}")
    return str(row[0])


def _run(database: Database, name: str, **told: object) -> int:
    with command(database):
        [(number,)] = database.execute(statement(name), told).fetchall()
    return int(number)
