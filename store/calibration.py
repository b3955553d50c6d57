"""Counting rounds and calibrations, as an operator enters, lists and withdraws them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from store.database import CommandRefusedError, Database, Rollback, command, statement, transaction


@dataclass(frozen=True, slots=True)
class StoredRound:
    """A counting round as reading.counting_round has it: crossings of a line, or presence or stays in a zone.

    Setup, machine, dark, busy, observed_ms and what is compared are None where it isn't compared (state).
    """

    counting_round: int
    kind: str
    line: str | None
    zone: str | None
    setup: str | None
    starts_at: datetime
    ends_at: datetime
    hand: Mapping[str, Any]
    machine: Mapping[str, Any] | None
    dark: bool | None
    busy: Decimal | None
    counted_by: str
    withdrawn_reason: str | None
    observed_ms: int | None
    state: str
    reason: str | None
    compared_from: datetime | None
    compared_to: datetime | None
    compared_hand: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """A calibration as reading.calibration has it; ends_at None is without end."""

    calibration: int
    kind: str
    part: str
    threshold_s: int | None
    setup: str
    starts_at: datetime
    ends_at: datetime | None
    strata: str
    busy_from: Decimal | None
    counting_rounds: Sequence[int]
    created_by: str
    withdrawn_reason: str | None


class RoundFilter(NamedTuple):
    """Which counting rounds: None is any; part is the key of a line or zone."""

    kind: str | None = None
    part: str | None = None
    from_utc: datetime | None = None
    to_utc: datetime | None = None


def add_counting_rounds(
    database: Database, by: str, site: str, rounds: Mapping[int, Mapping[str, Any]], *, accept_rest: bool
) -> list[str]:
    """Keep counting rounds, all or none; with `accept_rest` those that can be. Raises DatabaseError.

    Args:
        database: a connection in autocommit mode.
        by: who enters them, for the audit.
        site: its key.
        rounds: by the row of the file that each is from.
        accept_rest: whether those that aren't refused are kept.

    Returns:
        A sentence for each that was refused, with its row.
    """
    refusals: list[str] = []
    with transaction(database):
        for row, counting_round in rounds.items():
            refusals += _refusal(database, by, site, row, counting_round)
        if refusals and not accept_rest:
            raise Rollback
    return refusals


def _refusal(database: Database, by: str, site: str, row: int, counting_round: Mapping[str, Any]) -> Sequence[str]:
    try:
        _run(database, "counting_round_add", by=by, site=site, counting_round=json.dumps(counting_round))
    except CommandRefusedError as error:
        return [f"row {row}: {error}"]
    return []


def withdraw_counting_round(database: Database, by: str, site: str, number: int, reason: str) -> None:
    """Take a counting round out. Raises CommandRefusedError, or another DatabaseError."""
    _run(database, "counting_round_withdraw", by=by, site=site, number=number, reason=reason)


def add_calibration(database: Database, by: str, site: str, calibration: Mapping[str, Any]) -> int:
    """Keep a calibration, apply it, and return its number. Raises CommandRefusedError, or another DatabaseError."""
    return _run(database, "add", by=by, site=site, calibration=json.dumps(calibration))


def withdraw_calibration(database: Database, by: str, site: str, number: int, reason: str) -> None:
    """Apply a calibration no more. Raises CommandRefusedError, or another DatabaseError."""
    _run(database, "withdraw", by=by, site=site, number=number, reason=reason)


def counting_rounds(database: Database, site: str, chosen: RoundFilter) -> list[StoredRound]:
    """Return counting rounds by time, also those withdrawn. Raises DatabaseError."""
    params = {"site": site, **chosen._asdict()}
    with transaction(database):
        return [StoredRound(*row) for row in database.execute(statement("calibration/counting_rounds"), params)]


def calibrations(database: Database, site: str) -> list[StoredCalibration]:
    """Return the calibrations of a site by time, also those withdrawn. Raises DatabaseError."""
    with transaction(database):
        return [StoredCalibration(*row) for row in database.execute(statement("calibration/list"), {"site": site})]


def factors(database: Database, site: str, number: int) -> list[tuple[Any, ...]]:
    """Return a calibration's factors: measure, dark, busy, factor, low, high, rounds, hand, machine, spread."""
    with transaction(database):
        return database.execute(statement("calibration/factors"), {"site": site, "number": number}).fetchall()


def _run(database: Database, name: str, **params: object) -> int:
    with command(database):
        [(number,)] = database.execute(statement(f"calibration/{name}"), params).fetchall()
    return int(number)
