"""What was measured while watching: sums and medians, no picture and nobody's place."""

from dataclasses import dataclass, field

from ingest import wire


@dataclass(frozen=True, slots=True)
class LineSeen:
    """Crossings of one line."""

    line: str
    forward: int
    backward: int


@dataclass(frozen=True, slots=True)
class ZoneSeen:
    """Visits of one zone: how they began (entries, appeared) and how they ended (exits, lost)."""

    zone: str
    entries: int
    appeared: int
    exits: int
    lost: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured.

    Attributes:
        span_s: from the first to the last frame, seconds.
        frames: how many were looked at.
        watched: the part of them, 0..1, in which somebody could have been seen.
        flags: each flag that was raised, with the part of the frames, 0..1, that had it.
        clock_known: whether the computer's clock is synchronised; None where nobody can say, or no clock is asked.
        brightness: median of the pictures' mean brightness, 0..255; None without pictures.
        person_px: median height of people who were whole in the picture, pixels; None where too few were.
        lines: what was counted.
        zones: likewise.
    """

    span_s: float
    frames: int
    watched: float = 1.0
    flags: dict[wire.Flag, float] = field(default_factory=dict)
    clock_known: bool | None = None
    brightness: float | None = None
    person_px: float | None = None
    lines: tuple[LineSeen, ...] = ()
    zones: tuple[ZoneSeen, ...] = ()

    @property
    def rate(self) -> float:
        """Frames a second."""
        return (self.frames - 1) / self.span_s if self.span_s > 0 else 0.0

    @property
    def anybody(self) -> bool:
        """Whether anybody crossed a line or was in a zone."""
        crossings = sum(one.forward + one.backward for one in self.lines)
        return bool(crossings or sum(one.entries + one.appeared for one in self.zones))
