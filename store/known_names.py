"""Which sites, devices, lines and zones there are, by their keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.alike import did_you_mean
from store.database import Database, statement, transaction


class UnknownNameError(Exception):
    """No site, device, line or zone has this key; the text names like ones."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What has a key.

    Attributes:
        zones: time zone of each site.
        parts: kind (device, line, zone), site and key of all parts.
    """

    zones: Mapping[str, ZoneInfo]
    parts: frozenset[tuple[str, str, str]]

    def check_site(self, site: str | None) -> None:
        """Raise UnknownNameError where there is no such site; None is all of them."""
        if site is not None and site not in self.zones:
            raise UnknownNameError(f"there is no site {site}{did_you_mean(site, self.zones)}")

    def check_part(self, site: str | None, kind: str, key: str | None) -> None:
        """Raise UnknownNameError where the site, or any where it is None, has no such part; None is all of them."""
        self.check_site(site)
        known = {part for of, whose, part in self.parts if of == kind and site in {None, whose}}
        if key is not None and key not in known:
            whose = "no site" if site is None else f"site {site}"
            raise UnknownNameError(
                f"{whose} has {'a' if site is None else 'no'} {kind} {key}{did_you_mean(key, known)}"
            )


def read_known_names(database: Database) -> KnownNames:
    """Return what there is. Raises DatabaseError."""
    with transaction(database):
        rows = database.execute(statement("catalogue/names")).fetchall()
    return KnownNames(
        zones={key: ZoneInfo(zone) for kind, _, key, zone in rows if kind == "site"},
        parts=frozenset((kind, site, key) for kind, site, key, _ in rows if kind != "site"),
    )
