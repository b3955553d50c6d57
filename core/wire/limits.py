"""The numbers both sides agree on: versions, sizes, periods and the dwell bins."""

from bisect import bisect_right
from typing import Final

ROOT: Final = "platspuls"
MAJOR: Final = 1
MINOR: Final = 1
"""Minor version written by this program. Minor versions only add; a newer one is held, not refused."""
MAX_MINOR: Final = 999
"""Largest minor version that is believed to be one: what lies above is a broken message, not a newer one."""

MAX_PAYLOAD_BYTES: Final = 65_536
"""Largest message either side accepts, in bytes: what a small broker passes with our default settings."""
MAX_RECORDS: Final = 100
"""Most records in one message."""
MAX_LINES: Final = 32
"""Most lines, and most zones, in one record."""
MAX_COUNT: Final = 1_000_000
"""Largest count in one record: far above what passes any door in a quarter-hour, far below an overflow."""
MAX_SEQ: Final = 2**53 - 1
"""Largest sequence number: the largest integer that every JSON reader keeps exact."""
MAX_CLOCK_OFFSET_MS: Final = 86_400_000
"""Largest clock offset a device reports, either way: a clock further off than a day is not known at all."""
MAX_DWELL_S: Final = 31 * 86_400
"""Longest visit that over_s is sized for, in seconds. Not checked one by one: only the sum is sent."""

QUARTER_S: Final = 900
FLOW_PERIODS_S: Final = (60, 300, 900)
UNPLACED_MAX_S: Final = 86_400
"""Longest time that one record of unplaced totals covers, in seconds."""
MINUTE_S: Final = 60
LIVE_TICK_S: Final = 5

BIN_EDGES_S: Final = (
    0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200,
    10800, 14400,
)  # fmt: skip
"""Lower edges of the dwell bins, in seconds, half-open upwards; the last bin has no upper edge."""
BINS: Final = len(BIN_EDGES_S)


def bin_of(dwell_s: float) -> int:
    """Return the index of the bin that holds a dwell of `dwell_s` seconds."""
    return bisect_right(BIN_EDGES_S, max(dwell_s, 0)) - 1


def over_of(dwell_s: float) -> int:
    """Return what a visit in the last bin adds to over_s: its dwell rounded to whole quarter-hours, in seconds.

    Finer, the sum over a single long visit would give that visit away to the second.
    """
    return round(dwell_s / QUARTER_S) * QUARTER_S
