"""A doorway's sensor: which line it is, which way forward is, and what it sees meanwhile. There is no picture."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import tomlkit

from core.wire import Flag
from platspuls.setup.config_pair import ConfigPair, load_device, load_site, read, sentences
from platspuls.setup.drawing import DoorwayChoice, WatchedParts
from platspuls.setup.edit_toml import edit_doorway, edit_site

if TYPE_CHECKING:
    from counter.detections import Detections
    from counter.sources.doorway.channels import ChannelEvent, Channels
    from counter.sources.reconnecting_sensor import ReconnectingSensor

_SITE: Final = {"site", "spaces", "borders", "lines"}
_PAUSE_S: Final = 1.0
_SHOWN_S: Final = 0.7
"""So long a short interruption can be seen on the page."""


@dataclass(slots=True)
class SensorWatch:
    """Watches a doorway's sensor while its page is open. Keeps sums, and how the last passage went.

    Attributes:
        source: opens the sensor, and says what it brings.
        seconds: returns seconds that only run forward.
    """

    source: "ReconnectingSensor[Channels]"
    seconds: Callable[[], float] = time.monotonic
    _stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _taken: list[bool] = field(default_factory=lambda: [False, False])
    _taken_s: list[float] = field(default_factory=lambda: [-1.0, -1.0])
    _problem: str = ""
    _blocked: bool = False
    _has_no_echo: bool = False
    _passed: dict[str, int] = field(default_factory=lambda: {"number": 0, "forward": 0, "backward": 0, "last": 0})

    def start(self) -> Thread:
        """Begin to watch, in a thread that ends soon after `close`."""
        thread = Thread(target=self._run, name="doorway", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """End it. Safe to call twice."""
        self._stop.set()
        self.source.close()

    def state(self) -> dict[str, Any]:
        """Return what is so now: `taken` of both channels, what passed, and what is wrong.

        `passed.last` is 1 after somebody went forward, -1 backward, 0 after somebody turned back; `number` rises with
        each.
        """
        with self._lock:
            now_s = self.seconds()
            shown = [taken or now_s - at_s < _SHOWN_S for taken, at_s in zip(self._taken, self._taken_s, strict=True)]
            return {
                "taken": shown,
                "problem": self._problem,
                "blocked": self._blocked,
                "no_echo": self._has_no_echo,
                "passed": dict(self._passed),
            }

    def _run(self) -> None:
        from counter.errors import SensorError

        while not self._stop.is_set():
            try:
                with closing(self.source.open()) as channels:
                    for detections in self.source.watch(_NotedChannels(channels, self._note)):
                        self._see(detections)
                        if self._stop.is_set():
                            return
            except SensorError as error:
                with self._lock:
                    self._problem = str(error)
            self._stop.wait(_PAUSE_S)

    def _note(self, events: "Sequence[ChannelEvent]") -> None:
        from counter.sources.doorway.channels import ChannelChange

        with self._lock:
            self._problem = ""
            for change in events:
                if isinstance(change, ChannelChange):
                    self._taken[change.channel] = change.taken
                    self._taken_s[change.channel] = self.seconds()

    def _see(self, detections: "Detections") -> None:
        with self._lock:
            self._blocked = not detections.watched
            self._has_no_echo = Flag.NO_ECHO in detections.flags
            if passed := detections.passed:
                self._passed["number"] += 1
                self._passed["forward"] += passed.forward
                self._passed["backward"] += passed.backward
                self._passed["last"] = (passed.forward > passed.backward) - (passed.forward < passed.backward)


@dataclass(frozen=True, slots=True)
class _NotedChannels:
    """Channels whose changes are noted on the way."""

    channels: "Channels"
    note: "Callable[[Sequence[ChannelEvent]], None]"

    def next(self, timeout_s: float) -> "Sequence[ChannelEvent]":
        events = self.channels.next(timeout_s)
        self.note(events)
        return events

    def close(self) -> None:
        self.channels.close()


@dataclass(frozen=True, slots=True)
class DoorwayFiles:
    """The files of a doorway's sensor.

    Attributes:
        pair: where they are.
        live: what the sensor sees, as it was the right way about when the page was opened.
        now: returns the time.
        opened: which way about it was then.
    """

    pair: ConfigPair
    live: SensorWatch
    now: Callable[[], datetime]
    opened: tuple[object, ...]

    @classmethod
    def of(cls, pair: ConfigPair, live: SensorWatch, now: Callable[[], datetime]) -> "DoorwayFiles":
        """Return the files as they are now. Raises SetupError."""
        return cls(pair, live, now, _way(pair.device))

    def state(self) -> dict[str, Any]:
        """Return what both files say, as the page reads it. Raises SetupError."""
        device, site = load_device(self.pair.device, self.pair.kinds), load_site(self.pair.site, self.pair.device)
        source = read(self.pair.device)["source"]
        parts = [source["first_pin"], source["second_pin"]] if source["kind"] == "beams" else []
        if parts and self._is_turned():
            parts.reverse()
        return {
            "device": {"site": device.device.site, "key": device.device.key, "setup": device.device.setup_on_wire},
            "site": site.model_dump(mode="json", include=_SITE),
            "kind": source["kind"],
            "line": source.get("line", ""),
            "turned": self._is_turned(),
            "pins": parts,
        }

    def save(self, choice: DoorwayChoice) -> None:
        """Write the line and the direction into both files, or into neither. Raises DrawingRefusedError, SetupError."""
        site_file = load_site(self.pair.site, self.pair.device)
        now = self.now().astimezone(ZoneInfo(site_file.site.time_zone))
        device, site = self.pair.documents()
        edit_site(site, WatchedParts([choice.line], new_lines=choice.new_lines), str(device["device"]["key"]), now)
        edit_doorway(device, choice.line, now.date(), swap=choice.turned != self._is_turned())
        self.pair.write(tomlkit.dumps(device), tomlkit.dumps(site), self._problems)

    def _problems(self, path: Path) -> list[str]:
        from counter.device_file import load
        from counter.errors import CounterError
        from counter.sources.doorway.settings import TofSource
        from counter.sources.sensors import ranger_limits

        try:
            source = load(path, self.pair.kinds).source
            return ranger_limits(source) if isinstance(source, TofSource) else []
        except CounterError as error:
            return sentences(str(error))

    def _is_turned(self) -> bool:
        return _way(self.pair.device) != self.opened


def _way(path: Path) -> tuple[object, ...]:
    """Return which way about a doorway's sensor is."""
    source = read(path).get("source", {})
    return source.get("first_pin"), source.get("second_pin"), source.get("turned", False)
