"""How soon `platspuls demo` shows its first live number, and how much memory the whole of it takes.

    python -m bench.first_number [--after 60]

Starts the demo in a new folder, on a free port, and asks /api/v1/sites/haninge-entre/live, as the page does, until
some zone has an occupancy. Then waits until `--after` seconds have passed since the start, and adds up what all its
processes hold: RSS counts a shared page once for each of them, PSS once. Ends the demo as Ctrl-C does.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from platspuls.embedded.process import free_port

PATIENCE_S = 120
MEGABYTE = 1_000_000


def main() -> None:
    """Measure once."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--after", type=float, default=60, help="seconds after the start at which memory is read")
    after_s = options.parse_args().after
    with tempfile.TemporaryDirectory(prefix="platspuls-bench-") as folder:
        port = free_port()
        begin_s = time.monotonic()
        with demo(Path(folder), port) as process:
            wait_for_number(process, port)
            print(f"first live number after {time.monotonic() - begin_s:.1f} s")
            time.sleep(max(begin_s + after_s - time.monotonic(), 0))
            print(f"memory {time.monotonic() - begin_s:.0f} s after the start:")
            tell_memory(process.pid)


@contextmanager
def demo(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `platspuls demo` and end it as Ctrl-C does."""
    words = [sys.executable, "-m", "platspuls", "demo", "--folder", str(folder / "demo"), "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for_number(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the API tells an occupancy."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not has_number(port):
        if process.poll() is not None or time.monotonic() > deadline_s:
            raise SystemExit("the demo shows no live number")
        time.sleep(0.05)


def has_number(port: int) -> bool:
    """Tell whether any zone's occupancy is known."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/api/v1/sites/haninge-entre/live", timeout=5) as answer:
            zones = json.load(answer)["zones"]
    except (URLError, OSError):
        return False
    return any(zone["occupancy"] is not None for zone in zones)


def tell_memory(pid: int) -> None:
    """Print PSS and RSS of each process below `pid`, itself included, and of all."""
    whole = psutil.Process(pid)
    totals = [0, 0]
    for process in [whole, *whole.children(recursive=True)]:
        memory = process.memory_full_info()
        totals = [totals[0] + memory.pss, totals[1] + memory.rss]
        name = " ".join(Path(word).name for word in process.cmdline()[:6])[:60]
        print(f"  {memory.pss / MEGABYTE:7.1f} MB PSS {memory.rss / MEGABYTE:7.1f} MB RSS  {name}")
    print(f"  {totals[0] / MEGABYTE:7.1f} MB PSS {totals[1] / MEGABYTE:7.1f} MB RSS  together")


if __name__ == "__main__":
    main()
