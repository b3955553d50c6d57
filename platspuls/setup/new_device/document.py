"""From answers to a device file: its text, checked as the counter checks it before anything is written."""

import os
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from platspuls.setup.config_pair import sentences
from platspuls.setup.new_device.answers import Answers, quoted
from platspuls.setup.new_device.secrets import without_password

_ONLY_OWNER: Final = 0o600
_DRAWN: Final = "# Stands across the middle until it is drawn: platspuls counter setup"


class NewDeviceError(Exception):
    """The device file can't be written. `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device file that isn't there yet, and the secrets that lie beside it.

    Attributes:
        path: of the device file.
        kind: of its source.
        text: what it says.
        secrets: what further files hold, by their paths.
    """

    path: Path
    kind: str
    text: str
    secrets: Mapping[Path, str]

    @classmethod
    def of(cls, path: Path, said: Answers) -> "NewDevice":
        """Return what the answers say. Raises WrongAnswerError of an address whose password can't be made out."""
        address, password = without_password(said.get("address", 0))
        file = f"{said['key']}.camera-password"
        tables = [
            _table("device", {name: said[name] for name in ("site", "key", "setup")}),
            _table("source", _source(path.parent, {**said, "address": address}, file if password else None)),
            *([_table("detector", _detector(path.parent, said))] if "detector" in said else []),
            *_line(said),
            _table("outbox", {"path": said["outbox"]}),
            _table("mqtt", _mqtt(path.parent, said)),
        ]
        return cls(path, said["kind"], "\n".join(tables), {path.parent / file: f"{password}\n"} if password else {})

    def write(self) -> None:
        """Write all files, mode 0600, or none; what is there already is never replaced. Raises NewDeviceError."""
        with ExitStack() as undo:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for path, text in self.secrets.items():
                _write(path, text, undo)
            if problems := _problems(self.path, self.text):
                raise NewDeviceError(problems)
            _write(self.path, self.text, undo)
            undo.pop_all()


def _write(path: Path, text: str, undo: ExitStack) -> None:
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _ONLY_OWNER), "w", encoding="utf-8") as file:
            undo.callback(path.unlink)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise NewDeviceError([f"{path} is there already, and is left as it is: name another one"]) from error
    except OSError as error:
        raise NewDeviceError([f"{path} can't be written: {error.strerror}"]) from error


def _problems(path: Path, text: str) -> list[str]:
    """Return what `counter check` would find wrong; a sensor without a picture need not hang here yet."""
    from core.clock import SystemClock
    from counter.device_file import check, corners_of
    from counter.errors import CounterError
    from counter.service.inputs import open_input
    from counter.sources.doorway.settings import TofSource
    from counter.sources.sensors import array_sentences, ranger_limits
    from counter.sources.thermal.settings import ThermalSource
    from counter.sources.video.settings import CameraSource, ClipSource

    try:
        device = check(tomllib.loads(text), path)
        match device.source:
            case ThermalSource():
                return array_sentences(device.source, corners_of(device))
            case TofSource():
                return ranger_limits(device.source)
            case ClipSource() | CameraSource():
                open_input(device, path.parent, SystemClock()).source.close()
    except CounterError as error:
        return sentences(str(error))
    return []


def _source(folder: Path, said: Answers, password_file: str | None) -> dict[str, Any]:
    kind = said["kind"]
    match kind:
        case "beams":
            return {"kind": kind, "line": said["line"]} | _named(said, "first-pin", "second-pin")
        case "tof":
            return {"kind": kind, "line": said["line"]} | _named(said, "height-m")
        case "thermal":
            return {"kind": kind} | _named(said, "part", "height-m")
    anchor = "centre" if said["look"] == "down" else "feet"
    height = _named(said, "camera-height-m") if "camera-height-m" in said else {}
    seen = {**_named(said, "pixels-per-metre"), "anchor": anchor, **height}
    if kind == "clip":
        return {"kind": kind, "file": _from(folder, said["clip"]), **_named(said, "start"), **seen}
    secret = {"password_file": password_file} if password_file else {}
    return {"kind": kind, **_named(said, "address"), **secret, **_named(said, "size"), **seen}


def _detector(folder: Path, said: Answers) -> dict[str, Any]:
    weights = {"weights": _from(folder, said["weights"])} if "weights" in said else {}
    return {"kind": said["detector"], **weights}


def _mqtt(folder: Path, said: Answers) -> dict[str, Any]:
    table = {"host": said["broker"], "port": said["port"]}
    if "username" not in said:
        return table
    files = {"password_file": said["password-file"], "tls_ca": said["authority"]}
    return {**table, "username": said["username"]} | {name: _from(folder, path) for name, path in files.items()}


def _line(said: Answers) -> list[str]:
    """Return a line across the middle of what is seen, for sensors in whose picture lines are drawn."""
    match said["kind"]:
        case "camera" | "clip":
            width, height = map(float, said["size"])
            points, towards = [[width / 2, 0.0], [width / 2, height]], [width * 3 / 4, height / 2]
        case "thermal":
            points, towards = [[0.0, -_half_m(said)], [0.0, _half_m(said)]], [1.0, 0.0]
        case _:
            return []
    values = {"line": said["line"], "points": points, "forward_towards": towards}
    return [f"{_DRAWN}\n{_table('lines', values, is_list=True)}"]


def _half_m(said: Answers) -> float:
    """Return half of what a thermal array sees of the floor, across, in metres."""
    from counter.sources.sensors import optics_of
    from counter.sources.thermal.settings import ThermalSource

    optics = optics_of(ThermalSource(kind="thermal", part=said["part"], height_m=said["height-m"]))
    return round(float(min(-optics.y[0], optics.y[-1])), 1)


def _named(said: Answers, *names: str) -> dict[str, Any]:
    return {name.replace("-", "_"): said[name] for name in names}


def _from(folder: Path, path: Path) -> str:
    """Return a path as the device file names it: from its own folder where it lies in that, else whole."""
    whole, start = path.absolute(), folder.absolute()
    return str(whole.relative_to(start)) if whole.is_relative_to(start) else str(whole)


def _table(name: str, values: Mapping[str, Any], *, is_list: bool = False) -> str:
    head = f"[[{name}]]" if is_list else f"[{name}]"
    return "".join(f"{line}\n" for line in [head, *(f"{key} = {_value(value)}" for key, value in values.items())])


def _value(value: object) -> str:
    match value:
        case str():
            return quoted(value)
        case datetime():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return repr(value)
