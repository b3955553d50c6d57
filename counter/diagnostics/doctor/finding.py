"""What the doctor can find, and how much it weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding weighs."""

    NOTE = "note"
    """Worth knowing; not wrong."""
    ROUGH = "rough"
    """Counts will be less exact than they could be."""
    BAD = "bad"
    """Counts can't be relied on."""


class Fault(StrEnum):
    """What can be wrong."""

    LINE_NEAR_EDGE = "line_near_edge"
    LINE_BLIND = "line_blind"
    PEOPLE_SMALL = "people_small"
    SCALE_OFF = "scale_off"
    FRAMES_FEW = "frames_few"
    LIGHT_LOW = "light_low"
    VIEW_BLOCKED = "view_blocked"
    VIEW_MOVED = "view_moved"
    LINE_UNSEEN = "line_unseen"
    LINE_NEVER_OBSERVED = "line_never_observed"
    LINE_SEEN_IN_PART = "line_seen_in_part"
    VIEW_FROZEN = "view_frozen"
    VIEW_SWAYS = "view_sways"
    LIGHT_MOVES = "light_moves"
    CONTRAST_NONE = "contrast_none"
    NO_ECHO = "no_echo"
    READ_SELDOM = "read_seldom"
    BEAM_BLOCKED = "beam_blocked"
    CLOCK_UNSURE = "clock_unsure"
    STAY_SHORT = "stay_short"
    VISITS_BREAK = "visits_break"
    NOBODY_SEEN = "nobody_seen"
    CHANNEL_SELDOM = "channel_seldom"
    CHANNEL_FLICKERS = "channel_flickers"
    BEAMS_DISTANCE = "beams_distance"
    FLOOR_OFF = "floor_off"
    FLOOR_DARK = "floor_dark"
    AMBIENT_HIGH = "ambient_high"
    NOISE_HIGH = "noise_high"
    WARM_THING = "warm_thing"
    CONTRAST_LOW = "contrast_low"
    PIXELS_COARSE = "pixels_coarse"
    VIEW_SHORT = "view_short"
    BUDGET_LONG = "budget_long"
    DIRECTION_TURNED = "direction_turned"
    WALKS_MISCOUNTED = "walks_miscounted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Attributes:
        fault: what it is.
        weight: how much it weighs.
        about: key of the line or zone, "" where it is about none.
        values: the measured numbers and their limits, by the names that the sentences use.
    """

    fault: Fault
    weight: Weight
    about: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)
