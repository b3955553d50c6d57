"""How far a clip was counted, on one line of a terminal that is written anew; nothing where there is no terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from counter.device_file import DeviceFile

_EVERY_S: Final = 0.5


@contextmanager
def progress_of(device: "DeviceFile") -> Iterator[Callable[[int], None]]:
    """Yield what shows how many milliseconds of the device's source were counted."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    length_s = _length_s(device)
    shown_s = time.monotonic()

    def show(counted_ms: int) -> None:
        nonlocal shown_s
        if time.monotonic() - shown_s < _EVERY_S:
            return
        shown_s = time.monotonic()
        part = f" of {length_s:.0f} s, {counted_ms / 10 / length_s:.0f}%" if length_s else " s"
        click.echo(f"\r{counted_ms / 1000:.0f}{part} counted\x1b[K", err=True, nl=False)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


def _length_s(device: "DeviceFile") -> float:
    """Return the length of the device's clip; 0 where it has none, or doesn't say."""
    from counter.errors import CounterError
    from counter.sources.kinds import opencv_needed
    from counter.sources.video.settings import ClipSource

    if not isinstance(device.source, ClipSource):
        return 0.0
    try:
        with opencv_needed():
            from counter.sources.video.clip import examine
        facts = examine(device.source.file)
    except CounterError:
        return 0.0  # what is wrong with it is said when it is opened to be counted
    return max(facts.declared_frames, 0) / facts.rate
