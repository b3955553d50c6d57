"""Counting rounds and calibrations, as HTTP takes and shows them."""

import enum
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from api.calibration.assembly import ComputedCalibration, compute
from api.calibration.factors import CountedKind, CountingRound, FactorOptions, Strata
from api.calibration.ratio import CalibrationError
from api.errors import ParameterError
from api.logbook.origin import Via
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
MinuteCounts = Annotated[list[Count], Field(min_length=1, max_length=720, description="One for each minute.")]
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


class CrossingMinutes(FrozenModel):
    """Crossings counted by hand in each whole minute."""

    forward: MinuteCounts
    backward: MinuteCounts


class PresenceMinutes(FrozenModel):
    """How often somebody looked in each whole minute, and the sum of what was seen in it."""

    looks: MinuteCounts
    present: MinuteCounts


HandOf = Annotated[
    Crossings | Presence | Stays | None,
    Field(
        description="By kind; may be left out where hand_minutes say it.", examples=[{"forward": 212, "backward": 61}]
    ),
]
HandMinutes = Annotated[
    CrossingMinutes | PresenceMinutes | None,
    Field(
        description="Of crossings and presence: what was counted in each whole minute, from the first on. Then also a "
        "part of the time can be compared, where the counter's own periods don't begin and end with it.",
        examples=[None],
    ),
]
CountedBy = Annotated[
    str, Field(min_length=1, max_length=20, description="A role or initials, no name.", examples=["AB"])
]


class CountingRoundFields(FrozenModel):
    """A time that was counted by hand beside a counter."""

    kind: KindOf
    line: LineOf = None
    zone: ZoneOf = None
    starts_at: StartsAt
    ends_at: Annotated[AwareDatetime, Field(description="Exclusive.", examples=["2026-10-05T06:15:00Z"])]
    hand: HandOf = None
    hand_minutes: HandMinutes = None
    counted_by: CountedBy
    note: Note = None

    def command_fields(self) -> dict[str, Any]:
        """Return it as the command takes it."""
        given = self.model_dump(mode="json", exclude={"starts_at", "ends_at"}, exclude_none=True)
        return given | {"from": self.starts_at.isoformat(), "to": self.ends_at.isoformat()}


class CountingRoundChange(FrozenModel):
    """What of a counting round to correct; its times stay. Null empties hand_minutes and note.

    Other sums in hand than those of the minutes take the minutes out: nobody knows in which of them it was.
    """

    hand: HandOf = None
    hand_minutes: HandMinutes = None
    counted_by: Annotated[CountedBy | None, Field(description="A role or initials, no name.", examples=["AB"])] = None
    note: Note = None

    def command_fields(self) -> dict[str, Any]:
        """Return what is given as the command takes it."""
        return self.model_dump(mode="json", exclude_unset=True)


class RoundState(enum.StrEnum):
    """Whether a counting round is compared with its counter.

    Attributes:
        COMPARED: all of it, or a part.
        WAITING: the counter's records have not come.
        NEVER: it can't be, for the reason.
    """

    COMPARED = "compared"
    WAITING = "waiting"
    NEVER = "never"


class RoundReason(enum.StrEnum):
    """Why not all of a counting round is compared.

    Attributes:
        NO_RECORDS: records of the counter have not come.
        CUTS_PERIODS: it begins or ends within a period of the counter (1, 5 or 15 minutes).
        SETUP_CHANGED: the counter's setup changed in it.
        NOT_WATCHED: the counter watched less than 0.98 of it.
        TOO_SHORT: it is shorter than five minutes.
        OVERLAPS: it shares time with one of the same line or zone that was entered before.
    """

    NO_RECORDS = "no_records"
    CUTS_PERIODS = "cuts_periods"
    SETUP_CHANGED = "setup_changed"
    NOT_WATCHED = "not_watched"
    TOO_SHORT = "too_short"
    OVERLAPS = "overlaps"


class CountingRoundRow(FrozenModel):
    """A counting round, with what the counter counted in the time that is compared."""

    counting_round: Annotated[int, Field(description="Its number.", examples=[17])]
    version: Annotated[int, Field(description="Rises by one with each change: see If-Match.", examples=[1])]
    kind: KindOf
    line: LineOf
    zone: ZoneOf
    setup: Annotated[str | None, Field(description="Of the counter; null: not compared.", examples=["sim-a"])]
    starts_at: StartsAt
    ends_at: AwareDatetime
    hand: Annotated[dict[str, Any], Field(description="By hand.", examples=[{"forward": 212, "backward": 61}])]
    hand_minutes: Annotated[
        dict[str, list[int]] | None, Field(description="By hand, in each whole minute.", examples=[None])
    ]
    state: Annotated[RoundState, Field(description="Whether it is compared with its counter.", examples=["compared"])]
    reason: Annotated[
        RoundReason | None, Field(description="Why not all of it is compared; null: all of it is.", examples=[None])
    ]
    compared_from: Annotated[AwareDatetime | None, Field(description="The part that is compared; null: none.")]
    compared_to: AwareDatetime | None
    compared_hand: Annotated[
        dict[str, Any] | None,
        Field(description="By hand, of the part that is compared.", examples=[{"forward": 212, "backward": 61}]),
    ]
    machine: Annotated[
        dict[str, Any] | None,
        Field(description="By the counter, of the part that is compared.", examples=[{"forward": 198, "backward": 60}]),
    ]
    observed_ms: Annotated[
        int | None,
        Field(
            description="How much of that part the counter watched, in milliseconds: 0.98 or more.",
            examples=[1_800_000],
        ),
    ]
    dark: Annotated[bool | None, Field(description="The counter called it dark at some time in it.", examples=[False])]
    busy: Annotated[
        float | None, Field(description="Crossings a minute both ways, or mean number present.", examples=[5.733])
    ]
    counted_by: str
    note: Note
    made_at: Annotated[AwareDatetime, Field(description="When it arrived.")]
    entered_at: Annotated[AwareDatetime, Field(description="When somebody entered this version.")]
    entered_by: str
    entered_via: Annotated[Via | None, Field(description="How it was entered. Null: not known.", examples=["page"])]
    entered_skew_s: Annotated[
        float | None,
        Field(description="How far the clock of the device was off, in seconds. Null: not known.", examples=[-3.2]),
    ]
    late: Annotated[
        bool,
        Field(description="It was entered on a later day than it was counted, or from paper.", examples=[False]),
    ]
    clock_unsure: Annotated[bool, Field(description="Nobody knows how right entered_at is.", examples=[False])]
    changed_at: Annotated[AwareDatetime | None, Field(description="When it was last corrected.")]
    changed_by: str | None
    withdrawn_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


class CountingRoundVersion(FrozenModel):
    """One version of what was written of a counting round: it held from valid_from until valid_to."""

    version: Annotated[int, Field(description="1 is how it was made.", examples=[2])]
    valid_from: AwareDatetime
    valid_to: Annotated[AwareDatetime | None, Field(description="Null for the newest.")]
    action: Annotated[str, Field(description="What made it: add, change, withdraw.", examples=["change"])]
    written_by: Annotated[
        str, Field(description="By which key or login; a pseudonym unless one administrates.", examples=["key:desk"])
    ]
    record: Annotated[
        dict[str, Any], Field(description="What was written.", examples=[{"hand": {"forward": 212, "backward": 61}}])
    ]


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
        if without := [f"{row.counting_round} ({row.reason})" for row in rows if row.state != RoundState.COMPARED]:
            raise ParameterError(f"counting_rounds {', '.join(without)}: they aren't compared with the counter")
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
