"""Replacing a device by another: the lines to change in the site file, which stays the truth about when.

A person's file is not edited: it has comments and an order of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.site_file.document import DeviceSpec, LineAssignmentSpec, Moment, SiteFile, ZoneAssignmentSpec
from core.site_file.times import instant
from platspuls.ops.identity.errors import IdentityError

Assignment = LineAssignmentSpec | ZoneAssignmentSpec


@dataclass(frozen=True, slots=True)
class SiteFileChange:
    """What to write in the site file.

    Attributes:
        old: the lines in the old device's table that take the place of those of the same keys.
        new: the whole table of the new device.
    """

    old: str
    new: str


def change(file: SiteFile, old: str, new: str, at: Moment) -> SiteFileChange:
    """Return what to write so that `new` watches from `at` on what `old` watched. Raises IdentityError."""
    device = _device(file, old)
    if any(one.key == new for one in file.devices):
        raise IdentityError(f"device {new} is in the site file already; choose a key that no device ever had")
    zone = ZoneInfo(file.site.time_zone)
    parts: dict[str, Sequence[Assignment]] = {"lines": device.lines, "zones": device.zones}
    kept = {name: [_until(one, at, zone) for one in some if _is_before(one, at, zone)] for name, some in parts.items()}
    taken = {name: [_since(one, at, zone) for one in some if _goes_on(one, at, zone)] for name, some in parts.items()}
    if not any(taken.values()):
        raise IdentityError(f"device {old} watches nothing from {at.isoformat()} on: there is nothing to take over")
    return SiteFileChange(
        _lists(kept, always=[name for name in parts if taken[name]]), _table(device, new, _lists(taken))
    )


def _device(file: SiteFile, key: str) -> DeviceSpec:
    for device in file.devices:
        if device.key == key:
            return device
    raise IdentityError(
        f"device {key} is not in the site file, which has: {', '.join(one.key for one in file.devices) or 'none'}"
    )


def _is_before(one: Assignment, at: Moment, zone: ZoneInfo) -> bool:
    return instant(one.start, zone) < instant(at, zone)


def _goes_on(one: Assignment, at: Moment, zone: ZoneInfo) -> bool:
    return one.end is None or instant(one.end, zone) > instant(at, zone)


def _until(one: Assignment, at: Moment, zone: ZoneInfo) -> str:
    return _written(one, one.start, at if _goes_on(one, at, zone) else one.end)


def _since(one: Assignment, at: Moment, zone: ZoneInfo) -> str:
    return _written(one, at if _is_before(one, at, zone) else one.start, one.end)


def _written(one: Assignment, start: Moment, end: Moment | None) -> str:
    what = f'line = "{one.line}"' if isinstance(one, LineAssignmentSpec) else f'zone = "{one.zone}"'
    return f"{{ {what}, from = {start.isoformat()}{'' if end is None else f', to = {end.isoformat()}'} }}"


def _lists(parts: dict[str, list[str]], always: Sequence[str] = ()) -> str:
    return "".join(f"{name} = [{', '.join(entries)}]\n" for name, entries in parts.items() if entries or name in always)


def _table(device: DeviceSpec, key: str, lists: str) -> str:
    sv, en = map(_quoted, (device.name.sv, device.name.en))
    return f'[[devices]]\nkey = "{key}"\nname = {{ sv = {sv}, en = {en} }}\n{lists}'


def _quoted(text: str) -> str:
    """Return a TOML string; site files hold no control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
