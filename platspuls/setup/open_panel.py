"""Opens what the set-up page is about: reads both files, and takes the picture or watches the doorway."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from platspuls.setup.config_pair import ConfigPair, SetupError, find_site, load_device, load_site
from platspuls.setup.panels import Panel, PanelOptions, doorway_panel, drawing_panel

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.sources.reconnecting_sensor import ReconnectingSensor
    from counter.sources.thermal.settings import ThermalSource
    from counter.sources.video.settings import CameraSource, ClipSource

_SHUTDOWN_S: Final = 5.0
"""Longer than a sensor takes for one measurement."""


@contextmanager
def open_panel(file: Path, site: Path | None, options: PanelOptions) -> Iterator[Panel]:
    """Read the device file and its site file (None: the one beside it), and open what the page shows.

    Raises CounterError or SetupError.
    """
    from counter.sources.doorway.settings import BeamsSource, TofSource
    from counter.sources.thermal.settings import ThermalSource
    from counter.sources.video.settings import CameraSource, ClipSource

    pair = ConfigPair(file, site or find_site(file), options.kinds)
    load_site(pair.site, file)
    device = load_device(file, options.kinds)
    match device.source:
        case ClipSource() | CameraSource():
            with _camera_panel(pair, device, device.source, options) as panel:
                yield panel
        case ThermalSource():
            yield _array_panel(pair, device, device.source, options)
        case BeamsSource() | TofSource():
            with _doorway_panel(pair, device, options) as panel:
                yield panel
        case _:
            raise SetupError(f"{file}: a source of kind {device.source.kind} has nothing to set up")


@contextmanager
def _camera_panel(
    pair: ConfigPair, device: "DeviceFile", source: "ClipSource | CameraSource", options: PanelOptions
) -> Iterator[Panel]:
    from core.clock import SystemClock
    from counter.sources.video.coarse_picture import take_still
    from counter.sources.video.settings import CameraSource
    from platspuls.setup.files import PictureFiles
    from platspuls.setup.person_height import PersonHeight
    from platspuls.setup.walk_through import PageWalk, looks_down, with_walk

    person = PersonHeight.of(device, options.complain)
    if person.is_measured and isinstance(source, CameraSource):
        options.say("Looks for nine seconds. Walk through meanwhile: how high you are gives the scale.")
    still = take_still(source, SystemClock(), measure=person.look)
    files = PictureFiles(pair, still.size, options.now)
    walk = PageWalk(files)
    with closing(walk):
        panel = drawing_panel(files, still.png, still.shown, person_px=person.pixels)
        yield with_walk(panel, walk) if looks_down(device) else panel


def _array_panel(pair: ConfigPair, device: "DeviceFile", source: "ThermalSource", options: PanelOptions) -> Panel:
    from core.clock import SystemClock
    from counter.sources.sensors import optics_of
    from counter.sources.thermal.picture import LOOK_S, take_trail
    from platspuls.setup.files import on_floor

    look_s = options.trail_s or LOOK_S
    with closing(_sensor(pair, device).open()) as array:
        options.say(f"Looks for {look_s:.0f} seconds. Walk through meanwhile: your way will show.")
        trail = take_trail(array, optics_of(source), SystemClock(), look_s)
    files = on_floor(pair, trail.bounds, options.now)
    return drawing_panel(files, trail.png, files.size, "thermal")


@contextmanager
def _doorway_panel(pair: ConfigPair, device: "DeviceFile", options: PanelOptions) -> Iterator[Panel]:
    from platspuls.setup.doorway import DoorwayFiles, SensorWatch

    live = SensorWatch(_sensor(pair, device))
    panel = doorway_panel(DoorwayFiles.of(pair, live, options.now))
    thread = live.start()
    try:
        yield panel
    finally:
        live.close()
        thread.join(_SHUTDOWN_S)


def _sensor(pair: ConfigPair, device: "DeviceFile") -> "ReconnectingSensor[Any]":
    """Return the source of a sensor without a picture, which opens that sensor."""
    from core.clock import SystemClock
    from counter.service.inputs import open_input
    from counter.sources.reconnecting_sensor import ReconnectingSensor

    source = open_input(device, pair.device.parent, SystemClock()).source
    if not isinstance(source, ReconnectingSensor):
        raise SetupError(f"{pair.device}: a source of kind {device.source.kind} has nothing to set up")
    return source
