"""A calibration from the counting rounds chosen for it: the one assembly, of the command line and of HTTP.

Counting rounds come from the store, whichever way it was asked; what comes out is what `writing.calibration_add` takes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from api.calibration.factors import CountingRound, Factor, FactorOptions, Strata, factors
from api.calibration.ratio import METHOD, CalibrationError

_ALIKE: Final = {"kind": "kinds", "line": "lines", "zone": "zones", "setup": "setups of the counter"}


class MixedRoundsError(CalibrationError):
    """The counting rounds are not all of one kind, line or zone, and setup."""


@dataclass(frozen=True, slots=True)
class ComputedCalibration:
    """Factors, the counting rounds they came from, and how they were computed."""

    rounds: Sequence[CountingRound]
    options: FactorOptions
    factors: Sequence[Factor]

    def fields(self, starts_at: datetime, ends_at: datetime | None, note: str | None) -> dict[str, Any]:
        """Return the calibration as the command takes it, applied from starts_at until ends_at; None: withdrawn."""
        first, crowding = self.rounds[0], self.options.strata in {Strata.CROWD, Strata.LIGHT_AND_CROWD}
        return {
            "kind": first.kind.value,
            "line": first.line,
            "zone": first.zone,
            "from": starts_at.isoformat(),
            "to": ends_at.isoformat() if ends_at else None,
            "note": note,
            "counting_rounds": sorted(one.counting_round for one in self.rounds),
            "strata": self.options.strata.value,
            "busy_from": self.options.busy_from if crowding else None,
            "threshold_s": self.options.threshold_s,
            "method": METHOD,
            "factors": self.factor_fields(),
        }

    def factor_fields(self) -> list[dict[str, Any]]:
        """Return the factors as the command takes them, to six decimals."""
        return [
            {"measure": one.measure, "dark": one.dark, "busy": one.busy}
            | {name: round(number, 6) for name, number in asdict(one.ratio).items()}
            for one in self.factors
        ]


def compute(rounds: Sequence[CountingRound], options: FactorOptions) -> ComputedCalibration:
    """Return the calibration that counting rounds give. Raises CalibrationError where they give none."""
    for name, several in _ALIKE.items():
        if len(found := {getattr(one, name) for one in rounds}) > 1:
            raise MixedRoundsError(
                f"the counting rounds are of several {several}: {', '.join(sorted(map(str, found)))}"
            )
    return ComputedCalibration(rounds, options, factors(rounds, options))
