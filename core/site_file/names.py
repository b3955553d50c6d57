"""Keys and references of a site file, read from its raw tables, so that entries with other faults are checked too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from core.site_file.document import OUTSIDE
from core.site_file.errors import SiteFileProblem, shown

_KEYED: Final = ("spaces", "borders", "lines", "zones", "devices")
_REFERENCES: Final = (
    ("borders", "from", "spaces"),
    ("borders", "to", "spaces"),
    ("lines", "border", "borders"),
    ("zones", "space", "spaces"),
)
_ASSIGNED: Final = (("lines", "line"), ("zones", "zone"))

Table = Mapping[str, Any]


def name_problems(raw: Table) -> Iterator[SiteFileProblem]:
    """Yield keys that are used twice, and references to nothing. What isn't of the right shape is passed over."""
    keys = {section: dict(_keys(raw, section)) for section in _KEYED}
    for section in _KEYED:
        yield from _twice(keys[section])
    for path, key in keys["spaces"].items():
        if key == OUTSIDE:
            yield SiteFileProblem(f"{path}.key", shown(key), "is what borders call the world around, no space")
    for path, key, section in _references(raw):
        known = {*keys[section].values(), *([OUTSIDE] if path.startswith("borders") else [])}
        if key not in known and isinstance(raw.get(section, []), list):
            yield SiteFileProblem(path, shown(key), f"no {section[:-1]} has this key")


def _tables(raw: Table, section: str) -> Iterator[tuple[str, Table]]:
    entries = raw.get(section)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield f"{section}[{index}]", entry


def _keys(raw: Table, section: str) -> Iterator[tuple[str, str]]:
    return ((path, entry["key"]) for path, entry in _tables(raw, section) if isinstance(entry.get("key"), str))


def _twice(keys: Mapping[str, str]) -> Iterator[SiteFileProblem]:
    first: dict[str, str] = {}
    for path, key in keys.items():
        if first.setdefault(key, path) != path:
            yield SiteFileProblem(f"{path}.key", shown(key), f"{first[key]} has the same key")


def _references(raw: Table) -> Iterator[tuple[str, str, str]]:
    """Yield the path of each reference, the key it names, and the section that should have it."""
    for section, name, target in _REFERENCES:
        yield from _named(list(_tables(raw, section)), name, target)
    for path, device in _tables(raw, "devices"):
        for section, name in _ASSIGNED:
            yield from _named([(f"{path}.{place}", one) for place, one in _tables(device, section)], name, section)


def _named(tables: Sequence[tuple[str, Table]], name: str, target: str) -> Iterator[tuple[str, str, str]]:
    return ((f"{path}.{name}", one[name], target) for path, one in tables if isinstance(one.get(name), str))
