"""What a counter makes of a card whose bits flip: starts that fail, wrong values, records nobody accounts for.

    python -m bench.rotten_cards [--worlds 1000] [--bits 1] [--killed] [--seed 0]

Each world takes an outbox with 300 records that wait for a receipt, and 111 that were settled, flips bits anywhere in
its files, starts a counter on them twice and lets it deliver. `--killed` leaves the log of a counter that was killed.
Ends with 1 when a start failed, a value was wrong or a record is missing.
"""

import argparse
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from counter.errors import CounterError
from tests.support.counter.rotten_cards import Card, deliver, make_card

_FAULTS = ("failed starts", "wrong values", "unaccounted")


def play(card: Card, folder: Path, rng: random.Random, bits: int) -> Counter[str]:
    """Return what came of one world."""
    folder.mkdir()
    try:
        found = deliver(card, card.flipped(rng, bits), folder)
    except CounterError:
        return Counter({"failed starts": 1})
    finally:
        shutil.rmtree(folder)
    return Counter(
        {
            "sent": len(found.sent),
            "declared lost": len(card.records) - len(found.sent),
            "worlds with a loss": int(len(found.sent) < len(card.records)),
            "worlds in a new epoch": int(found.epochs[:1] != [card.epoch]),
            "wrong values": len(found.wrong),
            "unaccounted": len(found.missing(card)),
        }
    )


def main() -> None:
    """Play the worlds and print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--bits", type=int, default=1)
    parser.add_argument("--killed", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began_s, total = time.process_time(), Counter[str](dict.fromkeys(_FAULTS, 0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        card = make_card(folder, asked.seed, killed=asked.killed)
        for world in range(asked.seed, asked.seed + asked.worlds):
            total += play(card, folder / str(world), random.Random(world), asked.bits)
            total.update(dict.fromkeys(_FAULTS, 0))
    took_s = time.process_time() - began_s
    print(f"{asked.worlds} worlds, {asked.bits} bits of {card.size()} bytes, {took_s:.0f} s of processor time")
    print(", ".join(f"{name} {count}" for name, count in sorted(total.items())))
    sys.exit(1 if any(total[name] for name in _FAULTS) else 0)


if __name__ == "__main__":
    main()
