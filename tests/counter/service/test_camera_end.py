"""A counter with a camera ends when it is stopped: the driver has let go before the process ends."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.support.counter.clips import SIZE, running_stream
from tests.support.counter.devices import write_device


def _checkpoints(outbox: Path) -> int:
    """Return how many checkpoints are there: once there is one, pictures are being counted."""
    if not outbox.exists():
        return 0
    with closing(sqlite3.connect(outbox)) as file:
        try:
            return int(file.execute("select count(*) from checkpoint").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.chain
def test_a_counter_that_is_stopped_ends_with_0(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    pictures = [chance.integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8) for _ in range(8)]
    with running_stream(rate=10, pictures=pictures) as stream:
        source = f'kind = "camera"\naddress = "{stream.address}"\nsize = {list(SIZE)}\npixels_per_metre = 10.0'
        device = write_device(tmp_path, source, 30.0, SIZE[1], more="trust_clock = true")
        words = [sys.executable, "-m", "platspuls", "counter", "run", str(device)]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
            until = time.monotonic() + 60
            while not _checkpoints(tmp_path / "outbox.sqlite3") and time.monotonic() < until:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
