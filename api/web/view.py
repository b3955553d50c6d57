"""What the page of a site shows before its scripts run, in the reader's language.

The scripts write the same things again with every snapshot (static/now.js); without scripts this is the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.tables.live import LiveDeviceState, LiveLineState, LiveSnapshot, LiveZoneState
from api.tables.places import Border, Device, Line, Name, Site, Space, Zone
from api.web.formatting import NO_VALUE, write_clock, write_count, write_decimal, write_signed
from api.web.i18n import texts
from core.texts.catalog import Language

STALE_AFTER_S: Final = 20
"""A number from longer ago is shown as out of date: devices report every 5 s. The scripts have it from here."""


Way = tuple[int | None, int | None]
"""Forward and backward crossings; None where nothing was observed."""


@dataclass(frozen=True, slots=True)
class SiteParts:
    """A site and its parts, as the API answers them."""

    site: Site
    spaces: Sequence[Space]
    borders: Sequence[Border]
    lines: Sequence[Line]
    zones: Sequence[Zone]
    devices: Sequence[Device]

    @property
    def time_zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.time_zone)


@dataclass(frozen=True, slots=True)
class OpenIssues:
    """What waits for somebody, in numbers: held messages, conflicting and rejected records."""

    held: int
    conflicts: int
    rejects: int


@dataclass(frozen=True, slots=True)
class ShownZone:
    """A zone as the page shows it."""

    key: str
    name: str
    covers_space: bool
    occupancy: int | None
    staying: int | None
    stay_s: int
    stale: bool
    age_text: str


@dataclass(frozen=True, slots=True)
class ShownSpace:
    """A space with its zones: the one that covers it first."""

    key: str
    name: str
    zones: Sequence[ShownZone]


@dataclass(frozen=True, slots=True)
class ShownNow:
    """The numbers now: the sum over the zones that may be added, and each space. total is None without all of them."""

    total: int | None
    staying_text: str
    where_text: str
    spaces: Sequence[ShownSpace]
    unmeasured: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownWay:
    """One direction over a line."""

    direction: str
    origin: str
    goal: str
    today: int | None
    open: int | None
    since_text: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its two directions."""

    key: str
    name: str
    is_check: bool
    ways: Sequence[ShownWay]


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A device in words. online_word is true, false or unknown."""

    key: str
    name: str
    online_word: str
    online_text: str
    heard_text: str
    rate_text: str
    clock_text: str
    outbox_text: str


def read(name: Name, language: Language) -> str:
    """Return a name in the language, as the site file gives it: never trusted to be harmless."""
    return name.sv if language is Language.SV else name.en


def show_now(place: SiteParts, live: LiveSnapshot, language: Language) -> ShownNow:
    """Return the numbers of this moment."""
    measured = {zone.space for zone in place.zones}
    states = {zone.zone: zone for zone in live.zones}
    total, staying, where = _total(place, live, language)
    return ShownNow(
        total=total,
        staying_text=staying,
        where_text=where,
        spaces=[
            ShownSpace(
                key=space.space,
                name=read(space.name, language),
                zones=[
                    _zone(zone, states.get(zone.zone), live.at, place.time_zone, language)
                    for zone in zones_of(place, space.space)
                ],
            )
            for space in place.spaces
            if space.space in measured
        ],
        unmeasured=[read(space.name, language) for space in place.spaces if space.space not in measured],
    )


def zones_of(place: SiteParts, space: str) -> list[Zone]:
    """Return the zones of a space, the one that covers it first."""
    return sorted((zone for zone in place.zones if zone.space == space), key=lambda zone: not zone.covers_space)


def _age_s(state: LiveZoneState | LiveLineState, at: datetime) -> int:
    """Return the whole seconds since it arrived. By our clock alone: a device's own may be wrong."""
    return max(0, int((at - state.received_at).total_seconds()))


def _zone(zone: Zone, state: LiveZoneState | None, at: datetime, time_zone: ZoneInfo, language: Language) -> ShownZone:
    return ShownZone(
        key=zone.zone,
        name=read(zone.name, language),
        covers_space=zone.covers_space,
        occupancy=state.occupancy if state else None,
        staying=state.staying if state else None,
        stay_s=state.stay_s if state else zone.stay_threshold_s,
        stale=state is None or _age_s(state, at) > STALE_AFTER_S,
        age_text=_age_text(state, at, time_zone, language),
    )


def _age_text(state: LiveZoneState | None, at: datetime, time_zone: ZoneInfo, language: Language) -> str:
    _ = texts(language).gettext
    if state is None:
        return _("nothing received")
    if _age_s(state, at) > STALE_AFTER_S:
        return _("last {time}").format(time=write_clock(state.received_at.astimezone(time_zone), seconds=True))
    return _("{seconds} s ago").format(seconds=write_count(_age_s(state, at), language))


def _total(place: SiteParts, live: LiveSnapshot, language: Language) -> tuple[int | None, str, str]:
    """Return the sum, who stay, and where. A part of the whole would look like fewer people, so then there is none."""
    _ = texts(language).gettext
    addable = [zone for zone in place.zones if zone.disjoint]
    fresh = {zone.zone: zone for zone in live.zones if _age_s(zone, live.at) <= STALE_AFTER_S}
    missing = [read(zone.name, language) for zone in addable if zone.zone not in fresh]
    if missing:
        return None, _("no current number"), _("without {zones}").format(zones=", ".join(missing))
    if not addable:
        return None, _("no current number"), _("the zones can't be added up")
    added = [fresh[zone.zone] for zone in addable]
    where = texts(language).ngettext("in one zone", "in {count} zones", len(addable))
    staying = write_count(sum(zone.staying for zone in added), language)
    threshold = _threshold_text({zone.stay_s for zone in added}, language)
    where = where.format(count=write_count(len(addable), language))
    return sum(zone.occupancy for zone in added), f"{staying} {threshold}", where


def _threshold_text(thresholds: set[int], language: Language) -> str:
    _ = texts(language).gettext
    if len(thresholds) > 1:
        return _("staying (each zone's own threshold)")
    return _("staying ≥ {seconds} s").format(seconds=write_count(min(thresholds), language))


def show_lines(place: SiteParts, live: LiveSnapshot, today: Mapping[str, Way], language: Language) -> list[ShownLine]:
    """Return the lines, check lines last, with their directions named by the spaces.

    Args:
        place: the site.
        live: its last snapshot.
        today: forward and backward crossings of today by line; None where nothing was observed.
        language: of the reader.
    """
    states = {line.line: line for line in live.lines if _age_s(line, live.at) <= STALE_AFTER_S}
    return [
        ShownLine(
            key=line.line,
            name=read(line.name, language),
            is_check=line.role == "check",
            ways=_ways(line, place, states.get(line.line), today.get(line.line, (None, None)), language),
        )
        for line in sorted(place.lines, key=lambda line: line.role == "check")
    ]


def _ways(line: Line, place: SiteParts, state: LiveLineState | None, today: Way, language: Language) -> list[ShownWay]:
    origin, goal = sides(line, place, language)
    since = write_clock(state.start.astimezone(place.time_zone), seconds=False) if state else ""
    since_text = texts(language).gettext("since {time}").format(time=since) if state else ""
    return [
        ShownWay("forward", origin, goal, today[0], state.forward if state else None, since_text),
        ShownWay("backward", goal, origin, today[1], state.backward if state else None, since_text),
    ]


def sides(line: Line, place: SiteParts, language: Language) -> tuple[str, str]:
    """Return what forward goes from and to. Outside has no name: it is called by the border's."""
    [border] = [border for border in place.borders if border.border == line.border]
    names = {space.space: read(space.name, language) for space in place.spaces}
    outside = read(border.name, language)
    return names.get(border.from_space or "", outside), names.get(border.to_space or "", outside)


def entry_ways(place: SiteParts) -> Iterator[tuple[str, str]]:
    """Yield each main line between a space and outside, and the way that leads in: forward or backward."""
    borders = {border.border: border for border in place.borders}
    for line in place.lines:
        border = borders[line.border]
        if line.role == "main" and (border.from_space is None or border.to_space is None):
            yield line.line, "forward" if border.from_space is None else "backward"


def show_devices(place: SiteParts, live: LiveSnapshot, language: Language) -> list[ShownDevice]:
    """Return the devices in words."""
    states = {device.device: device for device in live.devices}
    return [_device(device, states.get(device.device), place.time_zone, language) for device in place.devices]


def _device(device: Device, state: LiveDeviceState | None, time_zone: ZoneInfo, language: Language) -> ShownDevice:
    _ = texts(language).gettext
    online = state.online if state else None
    heard = state.heard_at if state else None
    return ShownDevice(
        key=device.device,
        name=read(device.name, language),
        online_word={None: "unknown", True: "true", False: "false"}[online],
        online_text={None: _("unknown"), True: _("online"), False: _("offline")}[online],
        heard_text=write_clock(heard.astimezone(time_zone), seconds=True) if heard else NO_VALUE,
        rate_text=_rate_text(state, language),
        clock_text=_clock_text(state, language),
        outbox_text=_outbox_text(state, language),
    )


def _rate_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is None or not state.online or state.frame_rate is None:
        return NO_VALUE
    return texts(language).gettext("{rate} frames/s").format(rate=write_decimal(state.frame_rate, 1, language))


def _clock_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is not None and state.clock_known is False:
        return texts(language).gettext("clock unknown")
    if state is None or state.clock_offset_ms is None:
        return NO_VALUE
    return f"{write_signed(state.clock_offset_ms, language)}\N{NO-BREAK SPACE}ms"


def _outbox_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is None or state.outbox_records is None:
        return NO_VALUE
    text = texts(language).ngettext("{count} record", "{count} records", state.outbox_records)
    return text.format(count=write_count(state.outbox_records, language))


def show_troubles(troubles: OpenIssues, language: Language) -> list[str]:
    """Return what is not zero."""
    _ = texts(language).gettext
    pairs = (
        (_("Held until something is resolved"), troubles.held),
        (_("Conflicts: the same time reported twice"), troubles.conflicts),
        (_("Rejected records"), troubles.rejects),
    )
    return [f"{what}: {write_count(count, language)}" for what, count in pairs if count]
