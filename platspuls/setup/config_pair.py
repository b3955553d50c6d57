"""The two files that the page writes: read, checked as `counter check` and `site check` do, and replaced together."""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

if TYPE_CHECKING:
    from core.site_file.document import SiteFile
    from counter.device_file import DeviceFile
    from counter.sources.kinds import Kinds

DRAWN: Final = ("lines", "zones")
_BY_HAND: Final = {"line": "a-line", "points": [[0.0, 0.0], [0.0, 8.0]], "forward_towards": [4.0, 4.0]}
"""Stands in for lines and zones where a file has none yet, or wrong ones: they are what shall be drawn."""
DOORWAYS: Final = ("beams", "tof")
"""Kinds of sensors that have one line, and no place to draw it in."""


class SetupError(Exception):
    """The set-up can't begin: one of the files is wrong, or they don't belong together."""


class DrawingRefusedError(Exception):
    """What was drawn can't be written. `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ConfigPair:
    """A device file and the site file that it belongs to.

    Attributes:
        device: path of the device file.
        site: path of the site file.
        kinds: of sources that the device file may name; those that are installed where nothing is said.
    """

    device: Path
    site: Path
    kinds: "Kinds | None" = None

    def documents(self) -> tuple[tomlkit.TOMLDocument, tomlkit.TOMLDocument]:
        """Return both files as texts that can be changed."""
        return tomlkit.parse(self.device.read_text("utf-8")), tomlkit.parse(self.site.read_text("utf-8"))

    def write(self, device_text: str, site_text: str, device_problems: Callable[[Path], list[str]]) -> None:
        """Write both files, or neither. Those of before are kept beside them, with `.before` after their names.

        Args:
            device_text: what the device file shall say.
            site_text: what the site file shall say.
            device_problems: returns what is wrong with a device file at a path.

        Raises DrawingRefusedError.
        """
        with ExitStack() as stack:
            device = _draft(self.device, device_text, stack)
            site = _draft(self.site, site_text, stack)
            problems = [*device_problems(device), *_site_problems(site)]
            if problems:
                names = {str(device): str(self.device), str(site): str(self.site)}
                raise DrawingRefusedError([_renamed(problem, names) for problem in problems])
            # The site file first: a line that is assigned and not drawn yet is missing time; the other way round it
            # would be held by the server.
            _replace(self.site, site)
            _replace(self.device, device)


def load_device(path: Path, kinds: "Kinds | None" = None) -> "DeviceFile":
    """Return a device file, whatever is drawn in it, or its doorway's line is. Raises SetupError."""
    from counter.device_file import check
    from counter.errors import CounterError

    data = {name: value for name, value in read(path).items() if name not in DRAWN}
    source = data.get("source", {})
    has_gate = isinstance(source, dict) and source.get("kind") in DOORWAYS
    if has_gate:
        data["source"] = {"line": _BY_HAND["line"], **source}
    try:
        return check(data if has_gate else {**data, "lines": [_BY_HAND]}, path, kinds)
    except CounterError as error:
        raise SetupError(str(error)) from error


def load_site(path: Path, device_path: Path) -> "SiteFile":
    """Return the site file, which must know the device. Raises SetupError."""
    from core.site_file.errors import SiteFileError
    from core.site_file.load import load

    table = read(device_path).get("device", {})
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
    wanted = read(device_path).get("device", {}).get("site")
    found = [
        path
        for path in sorted(device_path.parent.glob("*.toml"))
        if path != device_path and (site := _glance(path).get("site")) and site == wanted
    ]
    if not found:
        raise SetupError(
            f"there is no site file of {wanted} beside {device_path}: lines and zones are named in it. Write one "
            "(docs/site-file.md), or say where it lies: --site"
        )
    if len(found) != 1:
        names = ", ".join(map(str, found))
        raise SetupError(f"which file is the site file of {wanted}? Beside {device_path} lie: {names}. Name it: --site")
    return found[0]


def read(path: Path) -> dict[str, Any]:
    """Return what a file says. Raises SetupError."""
    try:
        return dict(tomlkit.parse(path.read_text("utf-8")).unwrap())
    except OSError as error:
        raise SetupError(f"{path} can't be read: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} is not TOML in UTF-8: {error}") from error


def sentences(text: str) -> list[str]:
    """Return the sentences of an error that lists several, one a line."""
    lines = [line.strip() for line in text.splitlines()]
    return lines[1:] if len(lines) > 1 and lines[0].endswith(":") else lines


def _glance(path: Path) -> dict[str, Any]:
    """Return the site key of a file that has a [site] table; nothing of any other, or of what can't be read."""
    try:
        site = read(path).get("site")
    except SetupError:
        return {}
    return {"site": site.get("key")} if isinstance(site, dict) else {}


def _site_problems(path: Path) -> list[str]:
    from core.site_file.errors import SiteFileError
    from core.site_file.load import load

    try:
        load(path)
    except SiteFileError as error:
        return [str(problem) for problem in error.problems]
    return []


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
        raise DrawingRefusedError([f"{path} can't be written: {error.strerror}"]) from error
    return draft


def _replace(path: Path, draft: Path) -> None:
    shutil.copy2(path, path.with_name(f"{path.name}.before"))
    draft.replace(path)
