"""Names to ids: which device may tell about which line and zone, and since when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

import msgspec

from core import wire
from store.database import Database, statement

DeviceId = NewType("DeviceId", int)
PartId = NewType("PartId", int)
"""The id of a line or of a zone, whichever the context is about."""
SetupNumber = NewType("SetupNumber", int)

_FOREVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Part:
    """A line or zone that a device is assigned to.

    Attributes:
        part_id: id of the line or zone.
        assigned: half-open periods, in seconds since 1970-01-01T00:00Z.
    """

    part_id: PartId
    assigned: tuple[tuple[int, int], ...]

    def covers(self, at_s: int) -> bool:
        """Tell whether the device is assigned at this second."""
        for start, end in self.assigned:  # noqa: SIM110 - asked for each fact, and `any` takes twice as long
            if start <= at_s < end:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Device:
    """One device with the parts it may tell about, by key."""

    device_id: DeviceId
    lines: Mapping[str, Part] = field(default_factory=dict)
    zones: Mapping[str, Part] = field(default_factory=dict)


class Version(NamedTuple):
    """Number of sites and sum of their versions: both only rise, and every change raises one."""

    sites: int
    versions: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sites and devices at one version. Devices are found by the keys of site and device."""

    version: Version
    sites: frozenset[str]
    devices: Mapping[tuple[str, str], Device]

    def device(self, topic: wire.Topic) -> Device | None:
        """Return the device of a topic, or None when it isn't known."""
        return self.devices.get((topic.site, topic.device))


class CatalogueKeeper:
    """Keeps the catalogue of one database, and reads it again when a site has changed."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None

    def current(self, database: Database) -> Catalogue:
        """Return the catalogue as it is now. Runs in the caller's transaction."""
        version = Version(*database.execute(statement("catalogue_version")).fetchall()[0])
        if self._catalogue is None or self._catalogue.version != version:
            self._catalogue = load(database, version)
        return self._catalogue


def load(database: Database, version: Version) -> Catalogue:
    """Read the whole catalogue."""
    sites = frozenset(key for (key,) in database.execute(statement("catalogue_sites")))
    lines = _parts(database.execute(statement("catalogue_lines")))
    zones = _parts(database.execute(statement("catalogue_zones")))
    devices = {
        (site, key): Device(device_id, lines.get(device_id, {}), zones.get(device_id, {}))
        for device_id, site, key in database.execute(statement("catalogue_devices"))
    }
    return Catalogue(version, sites, devices)


def _parts(rows: Iterable[tuple[DeviceId, str, PartId, int | None, int | None]]) -> dict[DeviceId, dict[str, Part]]:
    """Turn rows of (device, key, part, start or None, end or None) into parts; None means without end."""
    periods: dict[tuple[DeviceId, str, PartId], list[tuple[int, int]]] = {}
    for device_id, key, part_id, start_s, end_s in rows:
        period = (-_FOREVER if start_s is None else start_s, _FOREVER if end_s is None else end_s)
        periods.setdefault((device_id, key, part_id), []).append(period)
    parts: dict[DeviceId, dict[str, Part]] = {}
    for (device_id, key, part_id), assigned in periods.items():
        parts.setdefault(device_id, {})[key] = Part(part_id, tuple(assigned))
    return parts


SetupKey = tuple[DeviceId, str]
Setups = Mapping[SetupKey, SetupNumber]

NEW_SETUPS_A_DAY: Final = 20
"""Most setups that one device can make known in a day; whoever sets one up needs a few."""


class SetupBook:
    """Ids of setups, registered at the first record that names them."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._known: dict[SetupKey, SetupNumber] = {}

    def ids(self, database: Database, wanted: set[SetupKey]) -> Setups:
        """Return the ids of these setups, but not of those beyond NEW_SETUPS_A_DAY.

        New ones are registered in the caller's transaction, which locks their devices.
        """
        new = wanted - self._known.keys()
        if not new:
            return self._known
        keys = msgspec.json.encode([{"d": device_id, "k": key} for device_id, key in sorted(new)]).decode()
        database.execute(statement("setup_register"), {"keys": keys, "most": NEW_SETUPS_A_DAY})
        rows = database.execute(statement("setup_ids"), {"keys": keys})
        return self._known | {(device_id, key): setup_id for device_id, key, setup_id in rows}

    def remember(self, setups: Setups) -> None:
        """Keep the ids, once the transaction that gave them is committed."""
        if setups is not self._known:
            self._known = dict(setups) if len(setups) <= self._most else {}
