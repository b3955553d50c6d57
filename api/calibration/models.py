"""Counting rounds and calibrations, as HTTP takes and shows them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from api.calibration.assembly import ComputedCalibration, compute
from api.calibration.factors import CountedKind, CountingRound, FactorOptions, Strata
from api.calibration.ratio import CalibrationError
from api.errors import ParameterError
from api.tables.base import FrozenModel

KindOf = Annotated[
    CountedKind,
    Field(description="crossings of a line; presence or stays in a zone.", examples=[CountedKind.CROSSINGS.value]),
]
LineOf = Annotated[str | None, Field(description="Key of the line, of crossings.", examples=["stationen"])]
ZoneOf = Annotated[str | None, Field(description="Key of the zone, of presence and stays.", examples=[None])]
StartsAt = Annotated[AwareDatetime, Field(description="Inclusive.", examples=["2026-10-05T05:30:00Z"])]
Note = Annotated[str | None, Field(max_length=500, description="Anything worth knowing; no names.", examples=["regn"])]
Count = Annotated[int, Field(ge=0, le=100_000, examples=[12])]
BusyFrom = Annotated[
    float | None,
    Field(gt=0, description="Crowded from here: crossings a minute both ways, or people present.", examples=[None]),
]
Threshold = Annotated[
    int | None, Field(description="Of stays, in seconds: an edge of the dwell bins.", examples=[None])
]
StrataOf = Annotated[Strata, Field(description="What has factors of its own.", examples=["none"])]


class Crossings(FrozenModel):
    """Crossings counted by hand."""

    forward: Count
    backward: Count


class Presence(FrozenModel):
    """How many were there, looked at again and again."""

    looks: Annotated[int, Field(ge=3, le=100_000, description="How often somebody looked.", examples=[30])]
    present: Annotated[int, Field(ge=0, le=100_000, description="The sum of what was seen.", examples=[41])]


class Stays(FrozenModel):
    """How long some of those who came in stayed: as counts, never single times."""

    complete: Annotated[list[Count], Field(min_length=24, max_length=24, description="How many in each dwell bin.")]
    known_s: Annotated[
        int | None, Field(description="A longer dwell is only known to be longer; null: all are exact.", examples=[600])
    ] = None


class CountingRoundFields(FrozenModel):
    """A time that was counted by hand beside a counter."""

    kind: KindOf
    line: LineOf = None
    zone: ZoneOf = None
    starts_at: StartsAt
    ends_at: Annotated[AwareDatetime, Field(description="Exclusive.", examples=["2026-10-05T06:15:00Z"])]
    hand: Annotated[
        Crossings | Presence | Stays, Field(description="By kind.", examples=[{"forward": 212, "backward": 61}])
    ]
    counted_by: Annotated[
        str, Field(min_length=1, max_length=20, description="A role or initials, no name.", examples=["AB"])
    ]
    note: Note = None

    def command_fields(self) -> dict[str, Any]:
        """Return it as the command takes it."""
        given = self.model_dump(mode="json", exclude={"starts_at", "ends_at"}, exclude_none=True)
        return given | {"from": self.starts_at.isoformat(), "to": self.ends_at.isoformat()}


class CountingRoundRow(FrozenModel):
    """A counting round, with what the counter counted in the same time."""

    counting_round: Annotated[int, Field(description="Its number.", examples=[17])]
    kind: KindOf
    line: LineOf
    zone: ZoneOf
    setup: Annotated[str, Field(description="Of the counter.", examples=["sim-a"])]
    starts_at: StartsAt
    ends_at: AwareDatetime
    hand: Annotated[dict[str, Any], Field(description="By hand.", examples=[{"forward": 212, "backward": 61}])]
    machine: Annotated[
        dict[str, Any],
        Field(description="By the counter, of the same time.", examples=[{"forward": 198, "backward": 60}]),
    ]
    observed_ms: Annotated[
        int,
        Field(description="How much of it the counter watched, in milliseconds: 0.98 or more.", examples=[1_800_000]),
    ]
    dark: Annotated[bool, Field(description="The counter called it dark at some time in it.", examples=[False])]
    busy: Annotated[float, Field(description="Crossings a minute both ways, or mean number present.", examples=[5.733])]
    counted_by: str
    note: Note
    entered_at: AwareDatetime
    entered_by: str
    withdrawn_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


class CalibrationFields(FrozenModel):
    """A correction of one line or zone, computed from counting rounds, for a time."""

    counting_rounds: Annotated[
        list[int],
        Field(min_length=6, max_length=500, description="Numbers of counting rounds.", examples=[[1, 2, 3, 4, 5, 6]]),
    ]
    starts_at: Annotated[AwareDatetime, Field(description="Applied from here on, on a quarter-hour.")]
    ends_at: Annotated[AwareDatetime | None, Field(description="Until here; null: until it is withdrawn.")] = None
    strata: StrataOf = Strata.NONE
    busy_from: BusyFrom = None
    together: Annotated[bool, Field(description="One factor for both directions.")] = False
    threshold_s: Threshold = None
    note: Note = None

    def computed(self, rows: Sequence[CountingRoundRow]) -> ComputedCalibration:
        """Return the calibration that these counting rounds give. Raises ParameterError where they give none."""
        unknown = sorted(set(self.counting_rounds) - {row.counting_round for row in rows})
        if unknown:
            raise ParameterError(f"counting_rounds {', '.join(map(str, unknown))}: there are none with these numbers")
        options = FactorOptions(self.strata, self.busy_from, self.together, self.threshold_s)
        try:
            return compute([CountingRound.of(row) for row in rows], options)
        except CalibrationError as error:
            raise ParameterError(f"counting_rounds: {error}") from error


class FactorRow(FrozenModel):
    """What the raw number is multiplied by, in some quarter-hours."""

    measure: Annotated[str, Field(description="forward, backward, presence or stays.", examples=["forward"])]
    dark: Annotated[bool | None, Field(description="In dark or light quarter-hours only; null: in both.")]
    busy: Annotated[bool | None, Field(description="In crowded or sparse ones only; null: in both.")]
    factor: Annotated[float, Field(examples=[1.083])]
    low: Annotated[float, Field(description="Lower end of its 95 % interval.", examples=[1.041])]
    high: Annotated[float, Field(description="Upper end of it.", examples=[1.13])]
    counting_rounds: Annotated[int, Field(description="How many counting rounds it came from.", examples=[6])]
    hand: Annotated[float, Field(description="By hand, in all.", examples=[1240])]
    machine: Annotated[float, Field(description="By the counter, in all.", examples=[1145])]
    spread: Annotated[
        float,
        Field(description="How much one counting round differs: a standard deviation, as a share.", examples=[0.045]),
    ]


class CalibrationRow(FrozenModel):
    """A correction, and what it came from."""

    calibration: Annotated[int, Field(description="Its number.", examples=[3])]
    kind: KindOf
    line: LineOf
    zone: ZoneOf
    threshold_s: Threshold
    setup: Annotated[str, Field(description="Of the counter; other setups stay raw.", examples=["sim-a"])]
    starts_at: StartsAt
    ends_at: AwareDatetime | None
    strata: StrataOf
    busy_from: BusyFrom
    counting_rounds: list[int]
    method: str
    note: Note
    created_at: AwareDatetime
    created_by: str
    withdrawn_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    factors: list[FactorRow]
