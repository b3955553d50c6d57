"""What is drawn on a picture, and the two files that say so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import tomlkit

from platspuls.setup.config_pair import DRAWN, ConfigPair, DrawingRefusedError, load_device, load_site, read, sentences
from platspuls.setup.drawing import Drawing, Point
from platspuls.setup.drawn_lines import line_table, shown_sight
from platspuls.setup.edit_toml import edit_device, edit_site

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.diagnostics.doctor.geometry_checks import Bounds

_CM: Final = 100.0
_SITE: Final = {"site", "spaces", "borders", "lines", "zones"}


@dataclass(frozen=True, slots=True)
class Scale:
    """How places on the picture become places in the device file.

    Attributes:
        origin: of the picture's upper left corner, in the source's units.
        per_unit: of the picture's units in one of the source's.
        digits: decimals of a place in the device file.
    """

    origin: Point = (0.0, 0.0)
    per_unit: float = 1.0
    digits: int = 1

    def on_picture(self, point: Point) -> Point:
        """Return where a place of the source is on the picture."""
        x, y = ((value - low) * self.per_unit for value, low in zip(point, self.origin, strict=True))
        return x, y

    def in_source(self, point: Point) -> Point:
        """Return where a place on the picture is for the source."""
        x, y = (value / self.per_unit + low for value, low in zip(point, self.origin, strict=True))
        return x, y


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """The files of a device that counts in a picture.

    Attributes:
        pair: where they are.
        size: width and height of the picture, in its units; lines and zones must lie in it.
        now: returns the time.
        scale: how its units become the source's.
    """

    pair: ConfigPair
    size: tuple[float, float]
    now: Callable[[], datetime]
    scale: Scale = field(default_factory=Scale)

    def state(self) -> dict[str, Any]:
        """Return what both files say, as the page reads it. Raises SetupError."""
        device, site = load_device(self.pair.device, self.pair.kinds), load_site(self.pair.site, self.pair.device)
        drawn = read(self.pair.device)
        return {
            "device": {"site": device.device.site, "key": device.device.key, "setup": device.device.setup_on_wire},
            "unitsPerMetre": device.units_per_metre * self.scale.per_unit,
            "cameraHeightM": getattr(device.source, "camera_height_m", None),
            "site": site.model_dump(mode="json", include=_SITE),
            "drawn": {section: [self._shown(one) for one in drawn.get(section, [])] for section in DRAWN},
        }

    def save(self, drawing: Drawing) -> None:
        """Write what was drawn into both files, or into neither. Raises DrawingRefusedError, SetupError."""
        site_file = load_site(self.pair.site, self.pair.device)
        now = self.now().astimezone(ZoneInfo(site_file.site.time_zone))
        device, site = self.pair.documents()
        if drawing.ruler is not None and "pixels_per_metre" not in device["source"]:
            raise DrawingRefusedError(["ruler: this sensor counts in metres, and has no scale to measure"])
        if drawing.camera_height_m is not None and device["source"].get("anchor") != "centre":
            raise DrawingRefusedError(["camera_height_m: this sensor is no camera that looks straight down"])
        stays_s = {zone.key: zone.stay_threshold_s for zone in site_file.zones}
        stays_s |= {zone.key: zone.stay_threshold_s for zone in drawing.new_zones}
        edit_site(site, drawing.watched(), str(read(self.pair.device)["device"]["key"]), now)
        edit_device(device, self._in_source(drawing), now.date(), stays_s, self.scale.digits)
        self.pair.write(tomlkit.dumps(device), tomlkit.dumps(site), lambda path: self._problems(path, stays_s))

    def sights(self, drawing: Drawing) -> dict[str, Any]:
        """Return what lines can see where they are drawn, by key: sentences by language, and the worst weight.

        A line that can't be crossed has none. Raises SetupError.
        """
        from counter.diagnostics.doctor.line_sights import line_sights

        return {sight.line: shown_sight(sight) for sight in line_sights(*self.drawn_device(drawing))}

    def drawn_device(self, drawing: Drawing) -> "tuple[DeviceFile, Bounds]":
        """Return the device as it would be with these lines, this ruler and height, and what its source sees.

        Raises SetupError.
        """
        from counter.diagnostics.doctor.observe import bounds_of
        from counter.sources.thermal.settings import ThermalSource

        device = load_device(self.pair.device, self.pair.kinds)
        bands = {one.get("line"): one.get("band") for one in read(self.pair.device).get("lines", [])}
        lines = [line for one in self._in_source(drawing).lines if (line := line_table(one, bands.get(one.line)))]
        source = device.source
        if drawing.ruler is not None and hasattr(source, "pixels_per_metre"):
            source = source.model_copy(update={"pixels_per_metre": drawing.ruler.pixels_per_metre})
        if drawing.camera_height_m is not None and getattr(source, "anchor", "") == "centre":
            source = source.model_copy(update={"camera_height_m": drawing.camera_height_m})
        seen = bounds_of(device) if isinstance(source, ThermalSource) else None
        return device.model_copy(update={"lines": lines, "source": source}), seen or (0.0, 0.0, *self.size)

    def _shown(self, table: dict[str, Any]) -> dict[str, Any]:
        """Return a table of the device file with its places on the picture; without them where one is wrong."""
        shown = dict(table)
        for name in ("points", "polygon"):
            if name in table:
                shown[name] = [self.scale.on_picture(point) for point in _points(table[name])]
        if towards := _points([table.get("forward_towards")]):
            shown["forward_towards"] = self.scale.on_picture(towards[0])
        return shown

    def _in_source(self, drawing: Drawing) -> Drawing:
        place = self.scale.in_source
        lines = [
            one.model_copy(
                update={
                    "points": [place(point) for point in one.points],
                    "forward_towards": place(one.forward_towards),
                }
            )
            for one in drawing.lines
        ]
        zones = [one.model_copy(update={"polygon": [place(point) for point in one.polygon]}) for one in drawing.zones]
        return drawing.model_copy(update={"lines": lines, "zones": zones})

    def _problems(self, path: Path, stays_s: Mapping[str, int]) -> list[str]:
        from core.texts.catalog import Language
        from counter.device_file import corners_of, load
        from counter.diagnostics.doctor.rules import short_stays
        from counter.diagnostics.doctor.words import sentence
        from counter.errors import CounterError
        from counter.sources.sensors import array_sentences, optics_of
        from counter.sources.thermal.settings import ThermalSource
        from counter.sources.thermal.spots import check_seen
        from counter.sources.video.picture_edges import check_within

        try:
            device = load(path, self.pair.kinds)
            if isinstance(device.source, ThermalSource):
                check_seen(optics_of(device.source), corners_of(device))
                if limits := array_sentences(device.source, corners_of(device)):
                    return limits
            else:
                check_within((round(self.size[0]), round(self.size[1])), corners_of(device))
        except CounterError as error:
            return sentences(str(error))
        return [sentence(found, Language.EN) for zone in device.zones for found in short_stays(device, zone, stays_s)]


def on_floor(pair: ConfigPair, bounds: tuple[float, float, float, float], now: Callable[[], datetime]) -> PictureFiles:
    """Return the files of a sensor that counts in metres; its picture shows `bounds` of the floor, in centimetres."""
    low_x, low_y, high_x, high_y = bounds
    size = round((high_x - low_x) * _CM, 1), round((high_y - low_y) * _CM, 1)
    return PictureFiles(pair, size, now, Scale((low_x, low_y), _CM, digits=2))


def _points(value: object) -> list[Point]:
    """Return a list of points as a file has it; an empty one where it is not such a list."""
    points = value if isinstance(value, list) else []
    pairs = [point for point in points if isinstance(point, list) and list(map(_is_number, point)) == [True, True]]
    return [(float(x), float(y)) for x, y in pairs] if len(pairs) == len(points) else []


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
