"""What a site file may not change, since stored data would lose its meaning or its owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from store.database import Database
from store.registry.parts import Kind, Part, Parts
from store.registry.site_file import SiteFile
from store.registry.stored import Told, knows_zone, parts_with_data, told_within
from store.registry.times import Periods, show, without

_TARGET: Final = {Kind.DEVICE_LINE: Kind.LINE, Kind.DEVICE_ZONE: Kind.ZONE}
_FIXED: Final = {Kind.BORDER: ("from_space", "to_space"), Kind.LINE: ("border",), Kind.ZONE: ("space",)}
"""What can't change once there is data: it would tell the past anew."""
_INSTEAD: Final = {
    Kind.SPACE: "keep it in the file",
    Kind.BORDER: "keep it in the file",
    Kind.LINE: "keep it, and end its commissioned time with `to`",
    Kind.ZONE: "keep it, and end its commissioned time with `to`",
    Kind.DEVICE: "keep it, and end its assignments with `to`",
}

Named = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A file beside the store: its parts as wanted and as stored."""

    file: SiteFile
    wanted: Parts
    stored: Parts

    @property
    def site(self) -> str:
        """The site's key."""
        return self.file.site.key


def refusals(database: Database, proposed: Proposed) -> Iterator[str]:
    """Yield why the file can't be applied as it is, and what to do instead. Runs in the caller's transaction."""
    told = _with_owners(parts_with_data(database, proposed.site), proposed.stored)
    yield from _removals(proposed, told)
    yield from _fixed(proposed, told)
    yield from _time_zone(database, proposed, told)
    yield from _shrunk(database, proposed, told)


def _with_owners(told: set[Named], stored: Parts) -> set[Named]:
    """Return the parts with data together with the borders and spaces that they belong to."""
    result = set(told)
    result |= {(Kind.BORDER, str(stored[name].fields["border"])) for name in told if name[0] == Kind.LINE}
    borders = [stored[name] for name in result if name[0] == Kind.BORDER]
    spaces = {border.fields[end] for border in borders for end in ("from_space", "to_space")}
    spaces |= {stored[name].fields["space"] for name in told if name[0] == Kind.ZONE}
    return result | {(Kind.SPACE, str(key)) for key in spaces if key is not None}


def _removals(proposed: Proposed, told: set[Named]) -> Iterator[str]:
    for kind, key in sorted(told - proposed.wanted.keys()):
        yield f"{kind} {key} has data and can't be removed or renamed: {_INSTEAD[kind]}"


def _fixed(proposed: Proposed, told: set[Named]) -> Iterator[str]:
    for name in sorted(told & proposed.wanted.keys()):
        kind, key = name
        for changed in _FIXED.get(kind, ()):
            before, after = proposed.stored[name].fields[changed], proposed.wanted[name].fields[changed]
            if before != after:
                yield (
                    f"{kind} {key} has data, so its {changed} can't change from {before or 'outside'} to "
                    f"{after or 'outside'}: leave it, end what it counts with `to`, and add a {kind} with a new key"
                )


def _time_zone(database: Database, proposed: Proposed, told: set[Named]) -> Iterator[str]:
    stored, after = proposed.stored.get((Kind.SITE, proposed.site)), proposed.file.site.time_zone
    before = stored and stored.fields["time_zone"]
    if before == after:
        return
    if told:
        yield f"site {proposed.site} has data in the days of {before}: its time_zone can't become {after}"
    if not knows_zone(database, after):
        yield f"site {proposed.site}: the database doesn't know the time zone {after}"


def _shrunk(database: Database, proposed: Proposed, told: set[Named]) -> Iterator[str]:
    """Yield what was told in times that the file takes away from a line, a zone or an assignment."""
    for name, stored in proposed.stored.items():
        wanted = proposed.wanted.get(name)
        match stored.kind:
            case Kind.LINE | Kind.ZONE if name in told and wanted:
                taken = _taken(stored, wanted, "commissioned")
                if taken and (found := told_within(database, proposed.site, name, taken, None)):
                    yield _outside(f"{stored.kind} {stored.key}", "commissioned time", found, proposed)
            case Kind.DEVICE_LINE | Kind.DEVICE_ZONE:
                yield from _unassigned(database, proposed, stored, wanted)


def _unassigned(database: Database, proposed: Proposed, stored: Part, wanted: Part | None) -> Iterator[str]:
    device, target = str(stored.identity["device"]), (_TARGET[stored.kind], str(stored.identity["target"]))
    if (Kind.DEVICE, device) not in proposed.wanted or target not in proposed.wanted:
        return  # a removal, which is refused or allowed as such
    taken = _taken(stored, wanted, "assigned")
    if taken and (found := told_within(database, proposed.site, target, taken, device)):
        yield _outside(f"device {device}", f"assignment to {target[0]} {target[1]}", found, proposed)


def _taken(stored: Part, wanted: Part | None, name: str) -> Periods:
    before, after = stored.fields[name], wanted.fields[name] if wanted else ()
    return without(before, after) if isinstance(before, tuple) and isinstance(after, tuple) else ()


def _outside(owner: str, what: str, told: Told, proposed: Proposed) -> str:
    zone = ZoneInfo(str(proposed.stored[Kind.SITE, proposed.site].fields["time_zone"]))
    count = "1 stored quarter-hour" if told.quarters == 1 else f"{told.quarters} stored quarter-hours"
    return (
        f"{owner}: {count} from {show(told.start, zone)} to {show(told.end, zone)} would fall outside its {what}: "
        "let it begin no later and end no earlier than that"
    )
