"""How long does it take to read a message? Against json.loads of the same bytes, which checks nothing.

Run: python -m bench.wire
"""

import json
import timeit
from collections.abc import Callable

from core import wire

_REPEATS = 40
_TIMES = 20


def payload(records: int, lines: int, zones: int) -> bytes:
    """Return a message of flow records, a minute each."""
    made = [
        wire.FlowRecord(
            seq=wire.Seq(1000 + place),
            start=wire.utc(1_790_838_000 + 60 * place),
            period_s=60,
            setup="sim-a",
            lines=[wire.LineFlow(f"line-{line}", 12, 9, 14, 11, 60_000) for line in range(lines)],
            zones=[wire.ZoneFlow(f"zone-{zone}", 3, 1, 2, 0, 147, 4, 60_000) for zone in range(zones)],
        )
        for place in range(records)
    ]
    return wire.encode_batch("3f9a1c0b7d52e846", [wire.encode(record) for record in made])


def fastest_us(*reads: Callable[[], object]) -> list[float]:
    """Return the fastest time of each, in microseconds. They take turns, so that a busy machine slows them alike."""
    times = [[timeit.timeit(read, number=_TIMES) for read in reads] for _ in range(_REPEATS)]
    return [min(column) / _TIMES * 1e6 for column in zip(*times, strict=True)]


def main() -> None:
    """Print one line: the times and their ratio."""
    message = payload(records=100, lines=2, zones=1)
    checked, plain = fastest_us(lambda: wire.decode_batch(message), lambda: json.loads(message))
    print(
        f"100 flow records of 2 lines and 1 zone, {len(message)} bytes: decode_batch {checked:.0f} us, "
        f"json.loads {plain:.0f} us, ratio {checked / plain:.2f}"
    )


if __name__ == "__main__":
    main()
