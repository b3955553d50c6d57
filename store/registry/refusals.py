"""What a site file may not change, since stored data would lose its meaning or its owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.site_file.document import SiteFile
from core.site_file.times import Periods, show, without
from store.database import Database
from store.registry.parts import PartKind, SitePart, SiteParts
from store.registry.stored import StoredTimes, data_within, knows_zone, parts_with_data

_TARGET: Final = {PartKind.DEVICE_LINE: PartKind.LINE, PartKind.DEVICE_ZONE: PartKind.ZONE}
_FIXED: Final = {PartKind.BORDER: ("from_space", "to_space"), PartKind.LINE: ("border",), PartKind.ZONE: ("space",)}
"""What can't change once there is data: the past would be read anew."""
_INSTEAD: Final = {
    PartKind.SPACE: "keep it in the file",
    PartKind.BORDER: "keep it in the file",
    PartKind.LINE: "keep it, and end its commissioned time with `to`",
    PartKind.ZONE: "keep it, and end its commissioned time with `to`",
    PartKind.DEVICE: "keep it, and end its assignments with `to`",
}

Named = tuple[PartKind, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A file beside the store: its parts as wanted and as stored."""

    file: SiteFile
    wanted: SiteParts
    stored: SiteParts

    @property
    def site(self) -> str:
        """The site's key."""
        return self.file.site.key


def refusals(database: Database, proposed: Proposed) -> Iterator[str]:
    """Yield why the file can't be applied as it is, and what to do instead. Runs in the caller's transaction."""
    with_data = _with_owners(parts_with_data(database, proposed.site), proposed.stored)
    yield from _removals(proposed, with_data)
    yield from _fixed(proposed, with_data)
    yield from _time_zone(database, proposed, with_data)
    yield from _shrunk(database, proposed, with_data)


def _with_owners(with_data: set[Named], stored: SiteParts) -> set[Named]:
    """Return the parts with data together with the borders and spaces that they belong to."""
    result = set(with_data)
    result |= {(PartKind.BORDER, str(stored[name].fields["border"])) for name in with_data if name[0] == PartKind.LINE}
    borders = [stored[name] for name in result if name[0] == PartKind.BORDER]
    spaces = {border.fields[end] for border in borders for end in ("from_space", "to_space")}
    spaces |= {stored[name].fields["space"] for name in with_data if name[0] == PartKind.ZONE}
    return result | {(PartKind.SPACE, str(key)) for key in spaces if key is not None}


def _removals(proposed: Proposed, with_data: set[Named]) -> Iterator[str]:
    for kind, key in sorted(with_data - proposed.wanted.keys()):
        yield f"{kind} {key} has data and can't be removed or renamed: {_INSTEAD[kind]}"


def _fixed(proposed: Proposed, with_data: set[Named]) -> Iterator[str]:
    for name in sorted(with_data & proposed.wanted.keys()):
        kind, key = name
        for changed in _FIXED.get(kind, ()):
            before, after = proposed.stored[name].fields[changed], proposed.wanted[name].fields[changed]
            if before != after:
                yield (
                    f"{kind} {key} has data, so its {changed} can't change from {before or 'outside'} to "
                    f"{after or 'outside'}: leave it, end what it counts with `to`, and add a {kind} with a new key"
                )


def _time_zone(database: Database, proposed: Proposed, with_data: set[Named]) -> Iterator[str]:
    stored, after = proposed.stored.get((PartKind.SITE, proposed.site)), proposed.file.site.time_zone
    before = stored and stored.fields["time_zone"]
    if before == after:
        return
    if with_data:
        yield f"site {proposed.site} has data in the days of {before}: its time_zone can't become {after}"
    if not knows_zone(database, after):
        yield f"site {proposed.site}: the database doesn't know the time zone {after}"


def _shrunk(database: Database, proposed: Proposed, with_data: set[Named]) -> Iterator[str]:
    """Yield what is stored of times that the file takes away from a line, a zone or an assignment."""
    for name, stored in proposed.stored.items():
        wanted = proposed.wanted.get(name)
        match stored.kind:
            case PartKind.LINE | PartKind.ZONE if name in with_data and wanted:
                taken = _taken(stored, wanted, "commissioned")
                if taken and (found := data_within(database, proposed.site, name, taken, None)):
                    yield _outside(f"{stored.kind} {stored.key}", "commissioned time", found, proposed)
            case PartKind.DEVICE_LINE | PartKind.DEVICE_ZONE:
                yield from _unassigned(database, proposed, stored, wanted)


def _unassigned(database: Database, proposed: Proposed, stored: SitePart, wanted: SitePart | None) -> Iterator[str]:
    device, target = str(stored.identity["device"]), (_TARGET[stored.kind], str(stored.identity["target"]))
    if (PartKind.DEVICE, device) not in proposed.wanted or target not in proposed.wanted:
        return  # a removal, which is refused or allowed as such
    taken = _taken(stored, wanted, "assigned")
    if taken and (found := data_within(database, proposed.site, target, taken, device)):
        yield _outside(f"device {device}", f"assignment to {target[0]} {target[1]}", found, proposed)


def _taken(stored: SitePart, wanted: SitePart | None, name: str) -> Periods:
    before, after = stored.fields[name], wanted.fields[name] if wanted else ()
    return without(before, after) if isinstance(before, tuple) and isinstance(after, tuple) else ()


def _outside(owner: str, what: str, found: StoredTimes, proposed: Proposed) -> str:
    zone = ZoneInfo(str(proposed.stored[PartKind.SITE, proposed.site].fields["time_zone"]))
    count = "1 stored quarter-hour" if found.quarters == 1 else f"{found.quarters} stored quarter-hours"
    return (
        f"{owner}: {count} from {show(found.start, zone)} to {show(found.end, zone)} would fall outside its {what}: "
        "let it begin no later and end no earlier than that"
    )
