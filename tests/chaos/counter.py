"""`python -m tests.chaos.counter DEVICE_FILE SHIFT_FILE RATE`: the counter as it runs, under the campaign's control.

The shift file holds by how many seconds its clock is wrong. Records of the past are made at RATE a second, so that
there is something under way for as long as the campaign lasts; once there is a file `hurry` beside the shift file, as
fast as can be. Everything else is the program's own.
"""

import logging
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from core import logs
from core.clock import SystemClock
from counter.counting.draft import Draft
from counter.detections import Detections
from counter.device_file import load
from counter.errors import CounterError
from counter.service.backfill import Past
from counter.service.inputs import open_input
from counter.service.run import count
from platspuls import __version__


@dataclass(frozen=True, slots=True)
class MovedClock:
    """The clock of the computer, moved by what a file says; moving it is seen at once."""

    file: Path
    real: SystemClock

    def now_ms(self) -> int:
        """Return the moved time, UTC milliseconds."""
        return self.real.now_ms() + 1000 * int(self.file.read_text())

    def monotonic_s(self) -> float:
        """Return seconds that never jump."""
        return self.real.monotonic_s()

    def boot_id(self) -> str:
        """Return the computer's."""
        return self.real.boot_id()

    def known(self) -> bool | None:
        """Tell what the computer says."""
        return self.real.known()


@dataclass(frozen=True, slots=True)
class PacedPast:
    """The past of a source, told at so many records a second, until the file `hurry` is there."""

    past: Past
    rate: float
    hurry: Path

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return what a new outbox is filled with."""
        return self.past.history_span(now_ms)

    def history(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the drafts in order, each after its time."""
        for draft in self.past.history(from_ms, until_ms):
            if not self.hurry.exists():
                time.sleep(1 / self.rate)
            yield draft

    def replay(self, from_ms: int, until_ms: int) -> Iterator[Detections]:
        """Yield the frames in order."""
        return self.past.replay(from_ms, until_ms)


def main() -> None:
    """Count until ended; exit codes as those of `platspuls counter run`."""
    device_file, shift = Path(sys.argv[1]), Path(sys.argv[2])
    logs.set_up()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = MovedClock(shift, SystemClock())
    try:
        device = load(device_file)
        seen = open_input(device, device_file.parent, clock)
        assert seen.past
        past = PacedPast(seen.past, float(sys.argv[3]), shift.with_name("hurry"))
        count(device, replace(seen, past=past), clock, stop, __version__)
    except CounterError as error:
        logging.getLogger("counter").error("%s", error)  # noqa: TRY400 - its sentence is for people, as in the program
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
