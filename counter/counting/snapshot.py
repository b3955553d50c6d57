"""The tally's state, which is kept as MessagePack."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from counter.counting.accumulator import Accumulator, AccumulatorState
from counter.counting.draft import Draft
from counter.counting.followed_time import FollowedState
from counter.counting.frame_clock import FrameClockState
from counter.counting.lines import PendingPassage
from counter.counting.zones import Visit
from counter.geometry import Point
from counter.tracking.meetings import MeetingsState
from counter.tracking.tracker import Track

_KINDS: Final = ("line", "zone")


class SnapshotError(ValueError):
    """The bytes are not a state of this tally: another program version, geometry or setup."""


class Snapshot(Struct, forbid_unknown_fields=True):
    """Open totals, and the tracks and visits alive at one moment.

    Attributes:
        keys: setup, period, lines and zones that the state belongs to.
        sums: open totals.
        moments: times of the last frame.
        tracks: people in view, or hidden for a few seconds.
        last: where each of them was seen last, by track.
        lines: passages going on, by line and track.
        zones: visits going on, by zone and track.
        followed: times of the last frames, of which it is not settled what was observed.
        meetings: frames that wait until people who met have parted.
        counted: where each person was when lines counted with them last, by name.
    """

    keys: list[str]
    sums: AccumulatorState
    moments: FrameClockState
    tracks: list[Track]
    last: dict[int, Point]
    lines: dict[str, dict[int, PendingPassage]]
    zones: dict[str, dict[int, Visit]]
    followed: FollowedState = field(default_factory=FollowedState)
    meetings: MeetingsState = field(default_factory=MeetingsState)
    counted: dict[int, Point] = field(default_factory=dict)


def keys_of(sums: Accumulator, zones: Sequence[str]) -> list[str]:
    """Return what a state must agree on."""
    parts = [*(f"line {key}" for key in sums.lines), *(f"zone {key}" for key in zones)]
    return [sums.setup, f"{sums.flow_period_s} s", *(["early"] if sums.seconds else []), *parts]


def cut_off(state: bytes, at_ms: int) -> list[Draft]:
    """Return the records of what is open in a state of any geometry and setup, closed at `at_ms`, UTC milliseconds.

    Raises SnapshotError when the bytes can't be read.
    """
    snapshot = _decode(state)
    setup, period, *parts = snapshot.keys
    lines, zones = ([part.removeprefix(f"{kind} ") for part in parts if part.startswith(f"{kind} ")] for kind in _KINDS)
    try:
        sums = Accumulator(lines, zones, flow_period_s=int(period.removesuffix(" s")), setup=setup)
    except ValueError as error:
        raise SnapshotError(f"the tally's state belongs to {', '.join(snapshot.keys)}: {error}") from error
    sums.state = snapshot.sums
    return sums.cut(at_ms)


def read(state: bytes, keys: list[str]) -> Snapshot:
    """Return the snapshot that `state` holds. Raises SnapshotError unless it is one of `keys`."""
    snapshot = _decode(state)
    if snapshot.keys != keys:
        raise SnapshotError(f"the tally's state belongs to {', '.join(snapshot.keys)}, not to {', '.join(keys)}")
    return snapshot


def _decode(state: bytes) -> Snapshot:
    try:
        snapshot = msgspec.msgpack.decode(state, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"the tally's state can't be read: {error}") from error
    if len(snapshot.keys) < 2:  # noqa: PLR2004 - setup and period
        raise SnapshotError(f"the tally's state names {snapshot.keys}, not what it belongs to")
    return snapshot
