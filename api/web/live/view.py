"""What the page of a site shows before its scripts run, in the reader's language.

The scripts write the same things again with every snapshot (static/live/now.js); without scripts this is the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.tables.live import LiveLineState, LiveSnapshot, LiveZoneState
from api.tables.places import Assignment, Border, Device, Line, Name, Site, Space, Zone
from api.web.formatting import write_clock, write_count, write_last
from api.web.i18n import texts
from core.texts.catalog import Language

STALE_AFTER_S: Final = 20
"""A number from longer ago is shown as out of date: devices report every 5 s. The scripts have it from here."""
SILENT_AFTER_S: Final = 180
"""A device that was heard longer ago is silent, as `reading.device_health` says: for a page whose stream is broken."""


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
    """What waits for somebody, in numbers: held messages, conflicting and rejected records, setups that changed.

    Attributes:
        setup_changes: lines and zones whose setup changed within a phase of a study, unanswered.
    """

    held: int
    conflicts: int
    rejects: int
    setup_changes: int = 0


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
    stale_text: str
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
    recent: int | None
    open: int | None
    since_text: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its two directions."""

    key: str
    name: str
    is_check: bool
    ways: Sequence[ShownWay]


def read(name: Name, language: Language) -> str:
    """Return a name in the language, as the site file gives it: never trusted to be harmless."""
    return name.sv if language is Language.SV else name.en


def show_now(place: SiteParts, live: LiveSnapshot, language: Language) -> ShownNow:
    """Return the numbers of this moment."""
    measured = {zone.space for zone in place.zones}
    states = {zone.zone: zone for zone in live.zones}
    off = set(zones_of_wrong_clocks(place, live))
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
                    _zone(zone, states.get(zone.zone), _Moment(live.at, place.time_zone, language, off))
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


def watchers(place: SiteParts, zone: str, at: datetime) -> list[str]:
    """Return the devices that are assigned to a zone at a moment."""
    return [
        device.device
        for device in place.devices
        if any((part.kind, part.key) == ("zone", zone) and _is_within(part, at) for part in device.assigned)
    ]


def _is_within(part: Assignment, at: datetime) -> bool:
    return (part.from_utc is None or part.from_utc <= at) and (part.to_utc is None or at < part.to_utc)


def zones_of_wrong_clocks(place: SiteParts, live: LiveSnapshot) -> Iterator[str]:
    """Yield the zones whose numbers aren't of now since the clock of a device that watches them is wrong."""
    off = {device.device for device in live.devices if device.state == "clock_off"}
    yield from (zone.zone for zone in place.zones if off & set(watchers(place, zone.zone, live.at)))


def _age_s(state: LiveZoneState | LiveLineState, at: datetime) -> int:
    """Return the whole seconds since its own time or its arrival, whichever is older."""
    return max(0, int((at - state.as_of).total_seconds()))


def _is_fresh(state: LiveZoneState | LiveLineState | None, at: datetime) -> bool:
    return state is not None and not state.clock_off and _age_s(state, at) <= STALE_AFTER_S


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a zone is shown by: the time, how it is written, and the zones of wrong clocks."""

    at: datetime
    time_zone: ZoneInfo
    language: Language
    off: AbstractSet[str]


def _zone(zone: Zone, state: LiveZoneState | None, moment: _Moment) -> ShownZone:
    _ = texts(moment.language).gettext
    return ShownZone(
        key=zone.zone,
        name=read(zone.name, moment.language),
        covers_space=zone.covers_space,
        occupancy=state.occupancy if state else None,
        staying=state.staying if state else None,
        stay_s=state.stay_s if state else zone.stay_threshold_s,
        stale=not _is_fresh(state, moment.at),
        stale_text=_stale_text(zone, state, moment),
        age_text=_age_text(state, moment),
    )


def _stale_text(zone: Zone, state: LiveZoneState | None, moment: _Moment) -> str:
    """Return why the number isn't of now: an old message by a clock that is right may have come late."""
    _ = texts(moment.language).gettext
    if zone.zone in moment.off:
        return _("clock wrong, not now")
    return _("late, not now") if state is not None and state.clock_off else _("out of date")


def _age_text(state: LiveZoneState | None, moment: _Moment) -> str:
    _ = texts(moment.language).gettext
    if state is None:
        return _("nothing received")
    if not _is_fresh(state, moment.at):
        return _("last {time}").format(time=write_last(state.as_of, moment.at, moment.time_zone))
    return _("{seconds} s ago").format(seconds=write_count(_age_s(state, moment.at), moment.language))


def _total(place: SiteParts, live: LiveSnapshot, language: Language) -> tuple[int | None, str, str]:
    """Return the sum, who stay, and where. A part of the whole would look like fewer people, so then there is none."""
    _ = texts(language).gettext
    addable = [zone for zone in place.zones if zone.disjoint]
    fresh = {zone.zone: zone for zone in live.zones if _is_fresh(zone, live.at)}
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


@dataclass(frozen=True, slots=True)
class Counted:
    """Crossings by line, forward and backward: of about the last quarter-hour, and of today."""

    recent: Mapping[str, Way]
    today: Mapping[str, Way]


def show_lines(place: SiteParts, live: LiveSnapshot, counted: Counted, language: Language) -> list[ShownLine]:
    """Return the lines, check lines last, with their directions named by the spaces.

    Args:
        place: the site.
        live: its last snapshot.
        counted: crossings by line; None where nothing was observed.
        language: of the reader.
    """
    states = {line.line: line for line in live.lines if _is_fresh(line, live.at)}
    return [
        ShownLine(
            key=line.line,
            name=read(line.name, language),
            is_check=line.role == "check",
            ways=_ways(line, place, states.get(line.line), counted, language),
        )
        for line in sorted(place.lines, key=lambda line: line.role == "check")
    ]


def _ways(
    line: Line, place: SiteParts, state: LiveLineState | None, counted: Counted, language: Language
) -> list[ShownWay]:
    origin, goal = sides(line, place, language)
    since = write_clock(state.start.astimezone(place.time_zone), seconds=False) if state else ""
    since_text = texts(language).gettext("since {time}").format(time=since) if state else ""
    today, recent = (counts.get(line.line, (None, None)) for counts in (counted.today, counted.recent))
    return [
        ShownWay("forward", origin, goal, today[0], recent[0], state.forward if state else None, since_text),
        ShownWay("backward", goal, origin, today[1], recent[1], state.backward if state else None, since_text),
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


def show_troubles(troubles: OpenIssues, language: Language) -> list[str]:
    """Return what is not zero."""
    _ = texts(language).gettext
    pairs = (
        (_("Held until something is resolved"), troubles.held),
        (_("Conflicts: the same time reported twice"), troubles.conflicts),
        (_("Rejected records"), troubles.rejects),
        (_("Setups changed within a phase of a study"), troubles.setup_changes),
    )
    return [f"{what}: {write_count(count, language)}" for what, count in pairs if count]
