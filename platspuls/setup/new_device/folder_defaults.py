"""What lies beside a new device file, and gives its questions their defaults: the site file, weights, credentials."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

_SIZE: Final = [1280, 720]
_SYSTEM: Final = Path("/etc")
_STATE: Final = Path("/var/lib/platspuls")


@dataclass(frozen=True)
class FolderDefaults:
    """The folder of a new device file. What can't be read there gives no default, and is no error.

    Attributes:
        folder: where the device file will lie.
    """

    folder: Path

    @cached_property
    def _files(self) -> list[dict[str, Any]]:
        return [_toml(path) for path in sorted(self.folder.glob("*.toml"))]

    @cached_property
    def site_file(self) -> dict[str, Any]:
        """The one site file that lies here; empty where there is none, or several."""
        found = [one for one in self._files if isinstance(one.get("site"), dict)]
        return found[0] if len(found) == 1 else {}

    @property
    def site(self) -> str | None:
        """Key of the site of the site file."""
        return _text(self.site_file.get("site", {}).get("key"))

    @property
    def device(self) -> str | None:
        """Key of the first device of the site file that has no device file here."""
        taken = {one["device"].get("key") for one in self._files if isinstance(one.get("device"), dict)}
        keys = (one.get("key") for one in _tables(self.site_file.get("devices")))
        return next((_text(key) for key in keys if key not in taken), None)

    def line(self, device: str) -> str | None:
        """Return the key of the line that the site file assigns to a device first, or of its first line."""
        named = [one for one in _tables(self.site_file.get("devices")) if one.get("key") == device]
        assigned = [one.get("line") for table in named for one in _tables(table.get("lines"))]
        keys = [*assigned, *(one.get("key") for one in _tables(self.site_file.get("lines")))]
        return next((found for key in keys if (found := _text(key))), None)

    def beside(self, name: str) -> Path | None:
        """Return the path of a file here; None where it isn't."""
        path = self.folder / name
        return path if path.exists() else None

    def weights(self, file: str) -> Path | None:
        """Return weights that lie here or in the working folder; None where they don't."""
        return self.beside(file) or (Path(file) if Path(file).exists() else None)

    def mqtt(self, device: str) -> dict[str, Any]:
        """Return the table [mqtt] that `platspuls device add` made for a device, where it was put here."""
        table = _toml(self.folder / f"{device}.mqtt.toml").get("mqtt")
        return table if isinstance(table, dict) else {}

    def outbox(self, device: str) -> str:
        """Return where the outbox should lie: beside the device file, but for one of the system's."""
        if self.folder.absolute().is_relative_to(_SYSTEM):
            return str(_STATE / device / "outbox.sqlite3")
        return f"{device}.sqlite3"

    def size(self, clip: Path | None) -> list[int] | None:
        """Return the size of a clip's picture, or a usual one of a camera; None of what is no clip."""
        if clip is None:
            return _SIZE
        facts = _facts(clip)
        return list(facts[0]) if facts else None

    def length_s(self, clip: Path) -> float:
        """Return how long a clip is, seconds; 0 where it doesn't say."""
        facts = _facts(clip)
        return facts[1] if facts else 0.0

    def pixels_per_metre(self, clip: Path, detector: str, weights: Path) -> float | None:
        """Return the scale of a clip by the people whom a detector finds in it; None where nothing can be measured."""
        from counter.errors import CounterError
        from counter.service.inputs import measure_clip

        try:
            return measure_clip(clip, detector, weights).pixels_per_metre
        except (CounterError, ModuleNotFoundError):
            return None


def _facts(clip: Path) -> tuple[tuple[int, int], float] | None:
    """Return size and length of a clip, in pixels and seconds; None without OpenCV, or where it is no clip."""
    from counter.errors import CounterError

    try:
        from counter.sources.video.clip import examine

        facts = examine(clip)
    except (CounterError, ModuleNotFoundError, OSError):
        return None
    return facts.size, max(facts.declared_frames, 0) / facts.rate


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _tables(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
