"""Counting rounds beside counters, and the calibrations that come of them."""

from uuid import uuid4

from platspuls_client.connection import Request
from platspuls_client.models import (
    CalibrationFields,
    CalibrationRow,
    CountingRoundChange,
    CountingRoundFields,
    CountingRoundRow,
    CountingRoundVersion,
    FactorRow,
)
from platspuls_client.query import site_path
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows

_ROUNDS = "counting-rounds"
_CALIBRATIONS = "calibrations"


class Calibrations:
    """Reads and writes the calibrations of a site."""

    __slots__ = ("_reading",)

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def rounds(self, site: str, *, mine: bool = False) -> Rows[CountingRoundRow]:
        """Return the newest thousand counting rounds, withdrawn ones too; with `mine` those that the caller entered."""
        return self._reading.listed(site, _ROUNDS, CountingRoundRow, {"mine": "true"} if mine else None)

    def round_record(self, site: str, number: int) -> CountingRoundRow:
        """Return one counting round."""
        return self._reading.connection.read(site_path(site, _ROUNDS, number), CountingRoundRow)

    def round_history(self, site: str, number: int) -> list[CountingRoundVersion]:
        """Return every version of what was written of a counting round, newest first."""
        return self._reading.connection.read(site_path(site, _ROUNDS, number, "history"), list[CountingRoundVersion])

    def change_round(self, site: str, number: int, version: int, fields: CountingRoundChange) -> CountingRoundRow:
        """Correct a counting round, of the version that was seen; a newer one raises VersionConflictError."""
        request = Request(site_path(site, _ROUNDS, number), {"version": str(version)}, "PATCH", fields)
        return self._reading.connection.send(request, CountingRoundRow)

    def add_round(self, site: str, fields: CountingRoundFields) -> CountingRoundRow:
        """Keep what was counted by hand; it is compared with the counter as soon as its records are there.

        It is kept once, however often the connection breaks; the same time twice is refused (ConflictError).
        """
        headers = {"Idempotency-Key": str(uuid4())}
        request = Request(site_path(site, _ROUNDS), {}, "POST", fields, headers, is_repeatable=True)
        return self._reading.connection.send(request, CountingRoundRow)

    def withdraw_round(self, site: str, number: int, reason: str) -> None:
        """Take a counting round out; it stays to be seen."""
        self._withdraw(site, _ROUNDS, number, reason)

    def records(self, site: str) -> Rows[CalibrationRow]:
        """Return the newest thousand calibrations with their factors, withdrawn ones too."""
        return self._reading.listed(site, _CALIBRATIONS, CalibrationRow)

    def record(self, site: str, number: int) -> CalibrationRow:
        """Return one calibration with its factors."""
        return self._reading.connection.read(site_path(site, _CALIBRATIONS, number), CalibrationRow)

    def preview(self, site: str, fields: CalibrationFields) -> list[FactorRow]:
        """Return the factors that counting rounds give, and keep nothing."""
        request = Request(site_path(site, _CALIBRATIONS, "preview"), method="POST", body=fields, is_repeatable=True)
        return self._reading.connection.send(request, list[FactorRow])

    def add(self, site: str, fields: CalibrationFields) -> CalibrationRow:
        """Compute factors from counting rounds, and apply them to corrected numbers from now on."""
        request = Request(site_path(site, _CALIBRATIONS), method="POST", body=fields)
        return self._reading.connection.send(request, CalibrationRow)

    def withdraw(self, site: str, number: int, reason: str) -> None:
        """Apply a calibration no more; it stays to be seen."""
        self._withdraw(site, _CALIBRATIONS, number, reason)

    def _withdraw(self, site: str, part: str, number: int, reason: str) -> None:
        request = Request(site_path(site, part, number), {"reason": reason}, "DELETE")
        self._reading.connection.send(request, type(None))
