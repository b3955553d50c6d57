"""From publishing a message to its facts being there for another connection, at a steady rate.

    python -m bench.latency [--rate 1000] [--seconds 20] [--embedded]

500 devices send one record of four facts in turn, evenly spaced, without waiting for anything. Another connection asks
every few milliseconds how far each device is stored: by the row that the storing transaction changes together with the
facts, so that what it sees can be queried. A message counts from just before it is written to the socket until the
answer that shows it. The time between two questions is part of the figure. Database and broker are those of
`bench.ingest_peers`; publishing and asking share the machine with them.
"""

import argparse
import os
import threading
import time
from collections.abc import Sequence

from bench.ingest_peers import FACTS, Place, ours, place, record, site
from bench.senders import Device
from core import wire
from store.database import Database, connect
from tests.support.small_site import EPOCH

DEVICES = 500
ASK_EVERY_S = 0.004
MADE = "select device_id, made from platspuls.delivery"
IDS = "select site.key, device_id from platspuls.device join platspuls.site using (site_id)"


class Publisher:
    """Sends at a steady rate, and notes when.

    Attributes:
        sent_at: for each device, when each of its messages was sent, by the monotonic clock.
    """

    def __init__(self, port: int, rate: int, seconds: int) -> None:
        self.sent_at: list[list[float]] = [[] for _ in range(DEVICES)]
        self._rate, self._messages = rate, rate * seconds
        each = -(-self._messages // DEVICES)
        payloads = [wire.encode_batch(EPOCH, [wire.encode(record(seq))]) for seq in range(1, each + 1)]
        self._devices = [Device(_topic(number), payloads, hears_receipts=False) for number in range(DEVICES)]
        for device in self._devices:
            device.connect(port)

    def run(self) -> None:
        """Send everything."""
        began = time.monotonic()
        for number in range(self._messages):
            time.sleep(max(0.0, began + number / self._rate - time.monotonic()))
            which, nth = number % DEVICES, number // DEVICES
            self.sent_at[which].append(time.monotonic())
            self._devices[which].socket.sendall(self._devices[which].packets[nth])


def _topic(number: int) -> bytes:
    return str(wire.Topic(site(number), "cam", wire.Kind.RECORDS)).encode()


def watch(database: Database, publisher: Publisher, messages: int) -> list[float]:
    """Return how long each message took, in seconds."""
    numbers: dict[str, int] = dict(database.execute(IDS).fetchall())
    place_of = {numbers[site(number)]: number for number in range(DEVICES)}
    seen, took_s = [0] * DEVICES, list[float]()
    deadline = time.monotonic() + 60
    while len(took_s) < messages:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {len(took_s)} of {messages} messages were stored")
        rows = database.execute(MADE).fetchall()
        now = time.monotonic()
        for device_id, made in rows:
            which = place_of[device_id]
            took_s += [now - at for at in publisher.sent_at[which][seen[which] : made]]
            seen[which] = made
        time.sleep(ASK_EVERY_S)
    return took_s


def measure(made: Place, rate: int, seconds: int) -> list[float]:
    """Run ingest, publish, watch."""
    with (
        made.database() as url,
        ours(made, url),
        connect(url, application="bench", autocommit=True) as database,
    ):
        publisher = Publisher(made.port_v311, rate, seconds)
        sending = threading.Thread(target=publisher.run)
        sending.start()
        took_s = watch(database, publisher, rate * seconds)
        sending.join()
        return took_s


def show(took_s: Sequence[float], rate: int) -> None:
    """Print the quantiles."""
    ordered = sorted(took_s)
    quantiles = ", ".join(
        f"{name} {ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000:.0f} ms"
        for name, part in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    )
    print(f"{rate} messages/s ({rate * FACTS} facts/s): {quantiles}; load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--embedded", action="store_true")
    wanted = parser.parse_args()
    with place(embedded=wanted.embedded) as made:
        show(measure(made, wanted.rate, wanted.seconds), wanted.rate)


if __name__ == "__main__":
    main()
