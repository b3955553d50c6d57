"""What applying a site file would change in the store, and what must not be changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from core.site_file.document import SiteFile
from core.site_file.times import show_periods
from store.database import Database, transaction
from store.registry.parts import Field, PartKind, SitePart, SiteParts, parts_of
from store.registry.refusals import Proposed, refusals
from store.registry.stored import other_sites, stored_parts

_ENDS: Final = ("from_space", "to_space")
_TEXTS: Final = ("name_sv", "name_en", "note", "name")


class PartAction(StrEnum):
    """What happens to a part; the value is how it is marked in a list of changes."""

    ADD = "+"
    CHANGE = "~"
    REMOVE = "-"


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part that differs between the store and the file.

    Attributes:
        action: what applying the file does to it.
        part: as the file has it; as the store has it where it is removed.
        before: the fields that change, as the store has them; empty unless action is CHANGE.
        text: the change for people, in one line.
    """

    action: PartAction
    part: SitePart
    text: str
    before: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """What applying a file would do.

    Attributes:
        changes: in the order of PartKind; empty when the store agrees with the file.
        refusals: sentences that say what can't be done and what to do instead. With any, nothing is applied.
        notes: sentences that deserve a look.
    """

    changes: tuple[PartChange, ...]
    refusals: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the changes for people, one a line."""
        return "\n".join(change.text for change in self.changes) or "no changes"


def plan(database: Database, file: SiteFile) -> SitePlan:
    """Return what applying the file would do; writes nothing.

    Raises DatabaseAwayError or NotReadyError.
    """
    with transaction(database):
        return planned(database, file)


def planned(database: Database, file: SiteFile) -> SitePlan:
    """Return the plan, in the caller's transaction."""
    site = file.site.key
    wanted, stored = parts_of(file), stored_parts(database, site)
    changes = tuple(_changes(wanted, stored, ZoneInfo(file.site.time_zone)))
    found = tuple(refusals(database, Proposed(file, wanted, stored))) if changes else ()
    return SitePlan(changes, found, tuple(_notes(database, site, stored)))


def _notes(database: Database, site: str, stored: SiteParts) -> Iterator[str]:
    if not stored and (others := other_sites(database, site)):
        yield (
            f'a new site "{site}" is made; the store already has {", ".join(others)}. '
            "If one of them was meant, keep its key: sites are never renamed"
        )


def _changes(wanted: SiteParts, stored: SiteParts, zone: ZoneInfo) -> Iterator[PartChange]:
    for kind in PartKind:
        yield from (_removed(part) for name, part in stored.items() if name[0] == kind and name not in wanted)
        for name, part in wanted.items():
            if name[0] == kind and (change := _change(part, stored.get(name), zone)):
                yield change


def _removed(part: SitePart) -> PartChange:
    return PartChange(PartAction.REMOVE, part, f"- {_named(part)}")


def _change(part: SitePart, stored: SitePart | None, zone: ZoneInfo) -> PartChange | None:
    if stored is None:
        shown = ", ".join(f"{name} {_shown(name, value, zone)}" for name, value in part.fields.items())
        return PartChange(PartAction.ADD, part, f"+ {_named(part)}: {shown}")
    before = {name: value for name, value in stored.fields.items() if part.fields[name] != value}
    if not before:
        return None
    shown = ", ".join(
        f"{name} {_shown(name, value, zone)} -> {_shown(name, part.fields[name], zone)}"
        for name, value in before.items()
    )
    return PartChange(PartAction.CHANGE, part, f"~ {_named(part)}: {shown}", before)


def _named(part: SitePart) -> str:
    return f"{part.kind.replace('_', ' ')} {part.key}"


def _shown(name: str, value: Field, zone: ZoneInfo) -> str:
    match value:
        case None:
            return "outside" if name in _ENDS else "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return show_periods(value, zone)
        case str() if name in _TEXTS:
            return f'"{value}"'
        case _:
            return str(value)
