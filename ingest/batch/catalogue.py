"""The catalogue: keys to ids, and which device is assigned to which line and zone, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

from core import wire
from store.database import Database, statement

DeviceId = NewType("DeviceId", int)
PartId = NewType("PartId", int)
"""The id of a line or of a zone, whichever the context is about."""

_FOREVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class KnownPart:
    """A line or zone that a device is assigned to.

    Attributes:
        part_id: id of the line or zone.
        assigned: half-open periods, in seconds since 1970-01-01T00:00Z.
    """

    part_id: PartId
    assigned: tuple[tuple[int, int], ...]

    def covers(self, at_s: int) -> bool:
        """Return whether the device is assigned at this second."""
        for start, end in self.assigned:  # noqa: SIM110 - called for each fact, and `any` takes twice as long
            if start <= at_s < end:
                return True
        return False


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """One device with the lines and zones it may report about, by key."""

    device_id: DeviceId
    lines: Mapping[str, KnownPart] = field(default_factory=dict)
    zones: Mapping[str, KnownPart] = field(default_factory=dict)


class CatalogueVersion(NamedTuple):
    """Number of sites and sum of their versions: both only rise, and every change raises one."""

    sites: int
    versions: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sites and devices at one version. Devices are found by the keys of site and device."""

    version: CatalogueVersion
    sites: frozenset[str]
    devices: Mapping[tuple[str, str], KnownDevice]

    def device(self, topic: wire.Topic) -> KnownDevice | None:
        """Return the device of a topic, or None when it isn't known."""
        return self.devices.get((topic.site, topic.device))


class CatalogueCache:
    """Caches the catalogue of one database, and reads it again when a site has changed."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None

    def current(self, database: Database) -> Catalogue:
        """Return the catalogue as it is now. Runs in the caller's transaction."""
        version = CatalogueVersion(*database.execute(statement("catalogue/version")).fetchall()[0])
        if self._catalogue is None or self._catalogue.version != version:
            self._catalogue = load(database, version)
        return self._catalogue


def load(database: Database, version: CatalogueVersion) -> Catalogue:
    """Read the whole catalogue."""
    sites = frozenset(key for (key,) in database.execute(statement("catalogue/sites")))
    lines = _parts(database.execute(statement("catalogue/lines")))
    zones = _parts(database.execute(statement("catalogue/zones")))
    devices = {
        (site, key): KnownDevice(device_id, lines.get(device_id, {}), zones.get(device_id, {}))
        for device_id, site, key in database.execute(statement("catalogue/devices"))
    }
    return Catalogue(version, sites, devices)


def _parts(
    rows: Iterable[tuple[DeviceId, str, PartId, int | None, int | None]],
) -> dict[DeviceId, dict[str, KnownPart]]:
    """Turn rows of (device, key, part, start or None, end or None) into parts; None means without end."""
    periods: dict[tuple[DeviceId, str, PartId], list[tuple[int, int]]] = {}
    for device_id, key, part_id, start_s, end_s in rows:
        period = (-_FOREVER if start_s is None else start_s, _FOREVER if end_s is None else end_s)
        periods.setdefault((device_id, key, part_id), []).append(period)
    parts: dict[DeviceId, dict[str, KnownPart]] = {}
    for (device_id, key, part_id), assigned in periods.items():
        parts.setdefault(device_id, {})[key] = KnownPart(part_id, tuple(assigned))
    return parts
