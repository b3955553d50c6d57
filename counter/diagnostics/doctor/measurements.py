"""What was measured while watching: sums and medians, no picture and nobody's place."""

from dataclasses import dataclass, field

from core import wire


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
class ChannelsSeen:
    """What the two beams of a doorway, or the two halves of a ranger, did.

    Attributes:
        times: how often each was interrupted.
        short: part of the interruptions, 0..1, too short for anybody.
        walks: how often one was interrupted while the other one was.
        lag_ms: median time between the two, milliseconds; None where that never happened.
    """

    times: tuple[int, int]
    short: float = 0.0
    walks: int = 0
    lag_ms: float | None = None


@dataclass(frozen=True, slots=True)
class RangerSeen:
    """What a ranger measured of the empty floor, of the worse one of its halves.

    Attributes:
        floor_m: how far the floor is; None where it sends no echo.
        spread_m: within which the middle half of the measurements lies.
        echoes: part of the measurements, 0..1, with an echo.
        ambient_kcps: light from elsewhere, thousands of photons a second and single detector.
    """

    floor_m: float | None
    spread_m: float
    echoes: float
    ambient_kcps: float


@dataclass(frozen=True, slots=True)
class ArraySeen:
    """What a thermal array measured.

    Attributes:
        noise_c: standard deviation of a pixel, degrees.
        floor_c: temperature of the middle of the picture, degrees Celsius.
        warm: part of the picture, 0..1, that was always at least five degrees warmer than that.
        people_c: how much warmer than the floor people were, degrees; None where nobody was seen.
        pixel_m: width of a pixel at the height of shoulders, in the middle of the picture, metres.
    """

    noise_c: float
    floor_c: float
    warm: float
    people_c: float | None
    pixel_m: float


@dataclass(frozen=True, slots=True)
class Measurements:
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
        zones: the same.
        channels: of a doorway's sensor.
        ranger: of a ranger.
        array: of a thermal array.
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
    channels: ChannelsSeen | None = None
    ranger: RangerSeen | None = None
    array: ArraySeen | None = None

    @property
    def rate(self) -> float:
        """Frames a second."""
        return (self.frames - 1) / self.span_s if self.span_s > 0 else 0.0

    @property
    def anybody(self) -> bool:
        """Whether anybody crossed a line or was in a zone."""
        crossings = sum(one.forward + one.backward for one in self.lines)
        return bool(crossings or sum(one.entries + one.appeared for one in self.zones))
