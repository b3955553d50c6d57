"""Units of systemd for counters: one a device, written for its device file."""

import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counter.device_file import DeviceFile

USER: Final = "platspuls"
_STATE: Final = Path("/var/lib")
_HOMES: Final = (Path("/home"), Path("/root"))
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@:,=")


class UnitError(Exception):
    """No unit can be written for this device file; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One file of systemd.

    Attributes:
        path: where it belongs, below the root of the file system.
        text: what it holds.
    """

    path: Path
    text: str


def name_of(device: "DeviceFile") -> str:
    """Return the name of the device's service."""
    return f"platspuls-counter-{device.device.site}.{device.device.key}.service"


def counter_unit(device: "DeviceFile", file: Path, python: Path | None = None) -> Unit:
    """Return the service of a device.

    Args:
        device: what `file` holds.
        file: the device file.
        python: the interpreter that has Platspuls installed; by default the one that runs.

    Raises UnitError for a path that a unit can't name.
    """
    program, file, outbox = python or Path(sys.executable), file.absolute(), device.outbox.path.absolute()
    text = Template(files(__name__).joinpath("counter.service").read_text("utf-8")).substitute(
        site=device.device.site,
        device=device.device.key,
        python=_plain(program),
        file=_plain(file),
        user=USER,
        restart="on-failure" if device.source.kind == "clip" else "always",
        folder=_plain(outbox.parent),
        state="\n".join(_state(outbox.parent)),
        homes="read-only" if any(path.is_relative_to(home) for path in (program, file) for home in _HOMES) else "yes",
        devices="\n".join(_devices(device)),
    )
    return Unit(Path("etc/systemd/system") / name_of(device), text)


def user_unit() -> Unit:
    """Return the file that makes the user whom the counters run as."""
    return Unit(Path("etc/sysusers.d/platspuls.conf"), f'u {USER} - "Platspuls" /var/lib/platspuls -\n')


def files_to_read(device: "DeviceFile") -> list[Path]:
    """Return the files with secrets that the device file names, absolute."""
    secrets = [device.mqtt.password_file, device.mqtt.tls_key, getattr(device.source, "password_file", None)]
    return [path.absolute() for path in secrets if path is not None]


def _plain(path: Path) -> str:
    text = str(path)
    if not set(text) <= _PLAIN:
        raise UnitError(f"{path}: a unit of systemd is only written for paths of letters, digits and /._-+@:,=")
    return text


def _state(folder: Path) -> list[str]:
    """Return what lets the counter write where its outbox lies, and nowhere else."""
    if folder != _STATE and folder.is_relative_to(_STATE):
        return [f"StateDirectory={folder.relative_to(_STATE)}", "StateDirectoryMode=0700"]
    return [f"ReadWritePaths={_plain(folder)}"]


def _devices(device: "DeviceFile") -> list[str]:
    """Return what lets the counter use its own sensor, and no other device."""
    source = device.source
    if source.kind == "clip":
        return ["PrivateDevices=yes", "PrivateUsers=yes"]
    if source.kind == "camera":
        if isinstance(source.address, str) and not source.address.startswith("/dev/"):
            return ["PrivateDevices=yes", "PrivateUsers=yes"]
        return ["DevicePolicy=closed", "DeviceAllow=char-video4linux rw", "SupplementaryGroups=video"]
    return ["DevicePolicy=closed", "DeviceAllow=char-gpiochip rw", "DeviceAllow=char-i2c rw", *_groups("gpio", "i2c")]


def _groups(*names: str) -> list[str]:
    """Return the groups that own such devices where this computer has them; systemd refuses unknown ones."""
    import grp

    known = {group.gr_name for group in grp.getgrall()}
    return [f"SupplementaryGroups={name}" for name in names if name in known]
