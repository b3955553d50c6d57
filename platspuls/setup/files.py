"""The two files that the page writes: read, checked as `counter check` and `site check` do, and replaced together."""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.exceptions import TOMLKitError

from platspuls.setup.drawing import Drawing
from platspuls.setup.edit import edit_device, edit_site

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.sources.video.settings import CameraSource, ClipSource
    from ingest.site.model import SiteFile

_DRAWN: Final = ("lines", "zones")
_BY_HAND: Final = {"line": "a-line", "points": [[0.0, 0.0], [0.0, 8.0]], "forward_towards": [4.0, 4.0]}
"""Stands in for lines and zones where a file has none yet, or wrong ones: they are what shall be drawn."""


class SetupError(Exception):
    """The set-up can't begin: one of the files is wrong, or they don't belong together."""


class RefusedError(Exception):
    """What was drawn can't be written. `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Files:
    """A device file and the site file that it belongs to.

    Attributes:
        device: path of the device file.
        site: path of the site file.
        size: width and height of the camera's picture; lines and zones must lie in it.
        now: tells the time.
    """

    device: Path
    site: Path
    size: tuple[int, int]
    now: Callable[[], datetime]

    def state(self) -> dict[str, Any]:
        """Return what both files say, as the page reads it. Raises SetupError."""
        device, site = source_of(self.device)[0], load_site(self.site, self.device)
        drawn = _read(self.device)
        return {
            "device": {"site": device.device.site, "key": device.device.key, "setup": device.device.setup},
            "unitsPerMetre": device.units_per_metre,
            "site": site.model_dump(mode="json", include={"site", "spaces", "borders", "lines", "zones"}),
            "drawn": {section: drawn.get(section, []) for section in _DRAWN},
        }

    def save(self, drawing: Drawing) -> None:
        """Write both files, or neither. Those of before are kept beside them, with `.before` after their names.

        Raises RefusedError.
        """
        device_text, site_text = self._edited(drawing)
        with ExitStack() as stack:
            device = _draft(self.device, device_text, stack)
            site = _draft(self.site, site_text, stack)
            problems = [*self._device_problems(device), *_site_problems(site)]
            if problems:
                names = {str(device): str(self.device), str(site): str(self.site)}
                raise RefusedError([_renamed(problem, names) for problem in problems])
            # The site file first: a line that is assigned and not drawn yet is missing time; the other way round it
            # would be held by the server.
            _replace(self.site, site)
            _replace(self.device, device)

    def _edited(self, drawing: Drawing) -> tuple[str, str]:
        site_file = load_site(self.site, self.device)
        now = self.now().astimezone(ZoneInfo(site_file.site.time_zone))
        device, site = (tomlkit.parse(path.read_text("utf-8")) for path in (self.device, self.site))
        stays_s = {zone.key: zone.stay_threshold_s for zone in site_file.zones}
        stays_s |= {zone.key: zone.stay_threshold_s for zone in drawing.new_zones}
        edit_site(site, drawing, str(_read(self.device)["device"]["key"]), now)
        edit_device(device, drawing, now.date(), stays_s)
        return tomlkit.dumps(device), tomlkit.dumps(site)

    def _device_problems(self, path: Path) -> list[str]:
        from counter.device_file import corners_of, load
        from counter.errors import CounterError
        from counter.sources.video.rim import check_within

        try:
            check_within(self.size, corners_of(load(path)))
        except CounterError as error:
            return _sentences(str(error))
        return []


def source_of(path: Path) -> "tuple[DeviceFile, ClipSource | CameraSource]":
    """Return a device file that has a camera, whatever is drawn in it, and its source. Raises SetupError."""
    from counter.device_file import check
    from counter.errors import CounterError
    from counter.sources.video.settings import CameraSource, ClipSource

    data = {name: value for name, value in _read(path).items() if name not in _DRAWN}
    try:
        device = check({**data, "lines": [_BY_HAND]}, path)
    except CounterError as error:
        raise SetupError(str(error)) from error
    if not isinstance(device.source, (ClipSource, CameraSource)):
        raise SetupError(f"{path}: a source of kind {device.source.kind} has no picture to draw on")
    return device, device.source


def load_site(path: Path, device_path: Path) -> "SiteFile":
    """Return the site file, which must know the device. Raises SetupError."""
    from ingest.site.errors import SiteFileError
    from ingest.site.load import load

    table = _read(device_path).get("device", {})
    try:
        site = load(path)
    except (SiteFileError, OSError) as error:
        raise SetupError(str(error)) from error
    if site.site.key != table.get("site"):
        raise SetupError(f"{path} is about the site {site.site.key}, and {device_path} belongs to {table.get('site')}")
    if table.get("key") not in {device.key for device in site.devices}:
        raise SetupError(f"{path} has no [[devices]] table with the key {table.get('key')}: add it first")
    return site


def find_site(device_path: Path) -> Path:
    """Return the one site file beside a device file that is about its site. Raises SetupError."""
    wanted = _read(device_path).get("device", {}).get("site")
    found = [
        path
        for path in sorted(device_path.parent.glob("*.toml"))
        if path != device_path and (site := _glance(path).get("site")) and site == wanted
    ]
    if len(found) != 1:
        names = ", ".join(map(str, found)) or "none"
        raise SetupError(f"which file is the site file of {wanted}? Beside {device_path} lie: {names}. Name it: --site")
    return found[0]


def _glance(path: Path) -> dict[str, Any]:
    """Return the site key of a file that has a [site] table; nothing of any other, or of what can't be read."""
    try:
        site = _read(path).get("site")
    except SetupError:
        return {}
    return {"site": site.get("key")} if isinstance(site, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(tomlkit.parse(path.read_text("utf-8")).unwrap())
    except OSError as error:
        raise SetupError(f"{path} can't be read: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} is no TOML in UTF-8: {error}") from error


def _site_problems(path: Path) -> list[str]:
    from ingest.site.errors import SiteFileError
    from ingest.site.load import load

    try:
        load(path)
    except SiteFileError as error:
        return [str(problem) for problem in error.problems]
    return []


def _sentences(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    return lines[1:] if len(lines) > 1 and lines[0].endswith(":") else lines


def _renamed(text: str, names: dict[str, str]) -> str:
    for draft, path in names.items():
        text = text.replace(draft, path)
    return text


def _draft(path: Path, text: str, stack: ExitStack) -> Path:
    """Write what a file shall say beside it, as its owner's; it goes with the stack unless it took its place."""
    draft = path.with_name(f".{path.name}.draft")
    stack.callback(draft.unlink, missing_ok=True)
    try:
        before = path.stat()
        with draft.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), before.st_mode & 0o777)
            if os.geteuid() == 0:
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RefusedError([f"{path} can't be written: {error.strerror}"]) from error
    return draft


def _replace(path: Path, draft: Path) -> None:
    shutil.copy2(path, path.with_name(f"{path.name}.before"))
    draft.replace(path)
