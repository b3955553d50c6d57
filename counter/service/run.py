"""Starts the counter, source -> tally -> outbox -> delivery, and shuts it down in order.

Three threads: one reads the source, one counts and writes the outbox (the main one), one speaks with the broker
over its own connection to the outbox. When one of them fails, the process ends with its error.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from typing import Final

from core import wire
from core.clock import Clock, SystemClock, aware, floor_ms
from counter.believed_clock import MOST_STEP_MS, BelievedClock
from counter.counting.tally import Tally
from counter.counting.version import counts_by
from counter.delivery.network_thread import NetworkThread, SharedState
from counter.device_file import DeviceFile, load
from counter.errors import UnsettledError
from counter.geometry import View
from counter.records.checkpoint import CheckpointFile
from counter.records.database import OutboxDatabase
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import Lock, prepare
from counter.records.people_file import PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.seconds_file import CountingSetup, SecondsFile
from counter.records.set_aside import make_private
from counter.service.counting_thread import CountingThread
from counter.service.inputs import open_input
from counter.service.presync import Presync
from counter.service.presync_counter import PresyncFiles
from counter.service.setup_change import close_other_setup
from counter.service.staff_button import StaffButton
from counter.sources.feed import Feed
from counter.sources.kinds import Kinds
from counter.sources.port import Input, Recorded
from counter.sources.sensors import thermal_tracking
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.settings import HINDSIGHT_MS, CameraSource, ClipSource
from counter.threads import Worker
from counter.watchdog import Systemd, Watchdog

_DRAIN_TIMEOUT_S: Final = 60.0
"""How long a source that has ended waits for the receipts of its last records."""
_SHUTDOWN_S: Final = 5.0
_SOURCE_SHUTDOWN_S: Final = 15.0
"""Longer than a camera takes to let go. A process that ends while a driver reads a picture is aborted."""
_DRAIN_POLL_S: Final = 0.2
_NAMELESS_VERSION: Final = 2
"""Programs that knew no other didn't put it into fingerprints: who keeps it goes on from what they left open."""
_ONLY_OWNER: Final = 0o077
"""Nobody but the counter's user may read what it writes."""

_log = logging.getLogger(__name__)


AtEnd = Callable[[DeviceFile, int, int], None]
"""Takes a device file whose recorded source has ended, and from when until when its frames were captured."""


def run(path: Path, stop: Event, version: str, kinds: Kinds | None = None, at_end: AtEnd | None = None) -> None:
    """Count what the device file at `path` says, until `stop` is set or the source ends.

    The status names the program's `version`. Without `kinds`, the file may name the sources that are installed.
    `at_end` is called when a recorded source has ended, before the receipts of its last records are waited for.
    Raises CounterError: with an exit code and a sentence; all its kinds are in `counter.errors`.
    """
    device = load(path, kinds)
    clock = BelievedClock(SystemClock(trusted=device.device.trust_clock))
    seen = open_input(device, path.parent, clock)
    _log.info("%s %s", device.device.setup_on_wire, counts_by(device.device.counting_version))
    for limit in seen.limits:
        _log.warning("nobody can be counted so, and time is missing: %s", limit)
    count(device, seen, clock, stop, version, Systemd.of(os.environ), at_end)


def make_tally(device: DeviceFile, view: View | None = None) -> Tally:
    """Return a tally of the lines and zones of the device file, whose source sees `view`."""
    scale = device.units_per_metre
    return Tally(
        [line.geometry(scale) for line in device.lines],
        [zone.geometry(scale) for zone in device.zones],
        gates=device.gates,
        flow_period_s=device.device.flow_period_s,
        setup=device.device.setup_on_wire,
        units_per_metre=scale,
        view=view,
        tracking=thermal_tracking(device.device.counting_version) if isinstance(device.source, ThermalSource) else None,
        hindsight_ms=HINDSIGHT_MS if isinstance(device.source, CameraSource | ClipSource) else 0,
        version=device.device.counting_version,
    )


def fingerprint(device: DeviceFile) -> str:
    """Return what changes with everything that a tally's state depends on, and not with how its file is named.

    A clip's path is that of the device file, as it was written on the command line: from the outbox's folder it is
    the same from wherever the counter is started.
    """
    source = {"kind", "file", "start", "pixels_per_metre", "anchor", "line", "height_m"}
    if getattr(device.source, "camera_height_m", None) is not None:
        source.add("camera_height_m")
    table = {"setup", "flow_period_s"}
    if device.device.counting_version != _NAMELESS_VERSION:
        table.add("counting_version")
    if (clip := getattr(device.source, "file", None)) is not None:
        named = {"file": Path(os.path.relpath(clip, device.outbox.path.parent))}
        device = device.model_copy(update={"source": device.source.model_copy(update=named)})
    parts = device.model_dump_json(include={"device": table, "source": source, "lines": True, "zones": True})
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def count(  # noqa: PLR0913, PLR0917 - the parts that a counter is made of
    device: DeviceFile,
    seen: Input,
    clock: Clock,
    stop: Event,
    version: str,
    systemd: Systemd | None = None,
    at_end: AtEnd | None = None,
) -> None:
    """Count `seen` into the outbox of `device`, until `stop` is set or the source ends. Raises CounterError."""
    path, systemd = device.outbox.path, systemd or Systemd()
    clock = clock if isinstance(clock, BelievedClock) else BelievedClock(clock)
    with ExitStack() as stack:
        stack.callback(os.umask, os.umask(_ONLY_OWNER))
        make_private(path)
        stack.enter_context(Lock(path))
        prepare(path, clock)
        database = stack.enter_context(closing(OutboxDatabase(path, clock)))
        outbox = open_outbox(device, database, clock)
        shared, feed = SharedState(server_times=clock.server_times), Feed(seen.source)
        stack.callback(feed.join, _SOURCE_SHUTDOWN_S)
        stack.enter_context(closing(feed))
        network = Worker("network", NetworkThread(device, outbox, shared, clock, version).run)
        network.start()
        stack.callback(_shut_down_network, shared, network)
        counter = _open_counter(device, seen, database, outbox, feed, shared, clock)
        button = stack.enter_context(closing(StaffButton(path, frozenset(counter.lines))))
        health_checks = (network.check, shared.heartbeat.check, seen.check)
        watchdog = Watchdog(systemd, clock, health_checks, lambda: describe(shared, clock))
        stack.callback(systemd.notify, "STOPPING=1")
        feed.start()
        _count(counter, feed, stop, watchdog, button)
        if at_end and seen.recorded and feed.is_over():
            at_end(device, seen.recorded.start_ms, counter.reached_ms)
        if not stop.is_set():
            _drain(outbox, stop, watchdog, clock)


def describe(shared: SharedState, clock: Clock) -> str:
    """Return how the counter is, for `systemctl status`: what it sees, whether it knows the time, what it delivers."""
    rate = shared.frames.rate(clock.now_ms())
    seeing = f"counting, {rate:g} frames/s" if rate else f"counting nothing, {rate:g} frames/s"
    time = "; clock not known" if clock.known() is False else ""
    return f"{seeing}{time}; {shared.link.words()}"


def _open_counter(  # noqa: PLR0913, PLR0917 - what it is made of
    device: DeviceFile,
    seen: Input,
    database: OutboxDatabase,
    outbox: Outbox,
    feed: Feed,
    shared: SharedState,
    clock: BelievedClock,
) -> CountingThread:
    """Return the counting of this start: resumed from the last checkpoint, or waiting for the clock."""
    checkpoints = CheckpointFile(database)
    writer = RecordWriter(outbox, checkpoints, fingerprint(device))
    counter = CountingThread(feed, make_tally(device, seen.view), writer, shared, clock)
    if seen.waits_for_clock or seen.by_clock:
        files = PresyncFiles(writer, checkpoints, SecondsFile(database), PeopleFile(database.path))
        start_by_clock(counter, _presync(files, device, seen.view, clock), waits=seen.waits_for_clock)
        return counter
    close_other_setup(make_tally(device, seen.view), writer, checkpoints, fingerprint(device))
    resumed_ms = resume(counter, checkpoints, fingerprint(device), clock.now_ms())
    if seen.recorded:
        _resume_recording(seen.recorded, writer, resumed_ms)
    return counter


def start_by_clock(counter: CountingThread, presync: Presync, *, waits: bool) -> None:
    """Go on from the checkpoint where the clock is believed; else count into seconds until it is.

    A checkpoint that lies ahead of the clock, since that was wrong once, would let nothing be recorded until then.

    Args:
        counter: what was not started yet.
        presync: counts into seconds.
        waits: whether frames have a time only once the clock is known.

    Raises OutboxUnavailableError.
    """
    files = presync.files
    close_other_setup(presync.make(), files.writer, files.checkpoints, presync.about.fingerprint)
    early = presync.begin(waits=waits)
    if not early:
        resume(counter, presync.files.checkpoints, presync.about.fingerprint, presync.clock.now_ms())
        if counter.reached_ms - presync.clock.now_ms() > MOST_STEP_MS:
            early = presync.counter()
    counter.follow_clock(presync, early)


def resume(counter: CountingThread, checkpoints: CheckpointFile, fingerprint_: str, now_ms: int) -> int | None:
    """Go on from the checkpoint of this fingerprint, so that the open interval keeps what it had.

    The time since then is missing.

    Returns:
        When its last frame was captured, UTC milliseconds; None where there is none, or it can't be used.
    """
    saved = checkpoints.take(fingerprint_, now_ms)
    if saved is None:
        return None
    try:
        counter.restore(saved)
    except ValueError as error:
        checkpoints.drop()
        _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
        return None
    _log.info("goes on from the checkpoint of %s", aware(saved.at_ms).isoformat(timespec="seconds"))
    return saved.at_ms


def _presync(files: PresyncFiles, device: DeviceFile, view: View | None, clock: BelievedClock) -> Presync:
    """Return what counts while the time isn't known."""
    lines = *(table.line for table in device.lines), *device.gates
    zones = tuple(table.zone for table in device.zones)
    about = CountingSetup(fingerprint(device), device.device.setup_on_wire, lines, zones)
    return Presync(files, lambda: make_tally(device, view), about, clock)


def _resume_recording(recorded: Recorded, writer: RecordWriter, resumed_ms: int | None) -> None:
    """Begin a recorded source where the last run ended.

    Its records begin with the interval in which it does: unlike a sensor that was replaced, it can't meet records
    that another epoch made of the same time.
    """
    writer.note_first_frame(floor_ms(recorded.start_ms, wire.QUARTER_S))
    if resumed_ms is not None:
        recorded.resume_from(resumed_ms + 1)


def _count(counter: CountingThread, feed: Feed, stop: Event, watchdog: Watchdog, button: StaffButton) -> None:
    """Count to the end, whatever it is, and leave a checkpoint; close the open intervals of a source that ended."""

    def between_frames() -> None:
        watchdog.check()
        counter.press(button.pressed())

    try:
        counter.run(stop, between_frames)
    finally:
        counter.leave()
    if not stop.is_set() and feed.is_over():
        counter.close()


def _drain(outbox: Outbox, stop: Event, watchdog: Watchdog, clock: Clock) -> None:
    """Wait for the receipts of a source's last records, for a while. Raises UnsettledError when some don't come."""
    deadline_s = clock.monotonic_s() + _DRAIN_TIMEOUT_S
    while (depth := outbox.depth()) and clock.monotonic_s() < deadline_s and not stop.wait(_DRAIN_POLL_S):
        watchdog.check()
    if depth and not stop.is_set():
        raise UnsettledError(
            f"the source has ended, and {depth} records still wait for a receipt after "
            f"{_DRAIN_TIMEOUT_S:.0f} s: they stay in the outbox, and the next start sends them"
        )
    _log.info("the source has ended; %d records wait for a receipt, in the outbox", depth)


def _shut_down_network(shared: SharedState, network: Worker) -> None:
    shared.stop.set()
    if not network.join(_SHUTDOWN_S):
        _log.warning("the broker did not let go within %.0f s; its last will says that we are offline", _SHUTDOWN_S)
    network.check()


def open_outbox(device: DeviceFile, database: OutboxDatabase, clock: Clock) -> Outbox:
    """Return the outbox of `device` in its database, with its limits."""
    table = device.outbox
    return Outbox(database, OutboxLimits(table.max_records, table.max_bytes, table.keep_marked_days), clock)
