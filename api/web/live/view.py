"""What the page of a site shows before its scripts run, in the reader's language.

The scripts write the same things again with every snapshot (static/live/now.js); without scripts this is the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.tables.live import LiveDeviceState, LiveLineState, LiveSnapshot, LiveZoneState
from api.tables.places import Assignment, Border, Device, Line, Name, Site, Space, Zone
from api.web.formatting import NO_VALUE, write_clock, write_count, write_decimal, write_last, write_signed
from api.web.i18n import texts
from core.clock_off import CLOCK_OFF
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


def show_lines(place: SiteParts, live: LiveSnapshot, today: Mapping[str, Way], language: Language) -> list[ShownLine]:
    """Return the lines, check lines last, with their directions named by the spaces.

    Args:
        place: the site.
        live: its last snapshot.
        today: forward and backward crossings of today by line; None where nothing was observed.
        language: of the reader.
    """
    states = {line.line: line for line in live.lines if _is_fresh(line, live.at)}
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
    moment = _Moment(live.at, place.time_zone, language, frozenset())
    return [_device(device, states.get(device.device), moment) for device in place.devices]


def _device(device: Device, state: LiveDeviceState | None, moment: _Moment) -> ShownDevice:
    heard, language = state.heard_at if state else None, moment.language
    is_good, word = _state_text(state, language)
    return ShownDevice(
        key=device.device,
        name=read(device.name, language),
        online_word={None: "unknown", True: "true", False: "false"}[is_good],
        online_text=word,
        heard_text=write_last(heard, moment.at, moment.time_zone) if heard else NO_VALUE,
        rate_text=_rate_text(state, language),
        clock_text=_clock_text(state, language),
        outbox_text=_outbox_text(state, language),
    )


def _state_text(state: LiveDeviceState | None, language: Language) -> tuple[bool | None, str]:
    """Return whether all is well, None where nobody knows, and the state in a word."""
    _ = texts(language).gettext
    if state is not None and state.state == "recorded_ahead" and state.recorded_until and state.heard_at:
        span = span_text((state.recorded_until - state.heard_at).total_seconds(), language)
        return False, _("has recorded {span} into the future").format(span=span)
    words = {
        "online": (True, _("online")),
        "offline": (False, _("offline")),
        "silent": (False, _("silent")),
        "clock_off": (False, _("clock wrong")),
        "revoked": (False, _("revoked")),
    }
    said = {True: "online", False: "offline", None: None}[state.online] if state else None
    return words.get((state.state if state else None) or said or "", (None, _("unknown")))


def _rate_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is None or not state.online or state.frame_rate is None:
        return NO_VALUE
    return texts(language).gettext("{rate} frames/s").format(rate=write_decimal(state.frame_rate, 1, language))


def _clock_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is not None and state.clock_known is False:
        return texts(language).gettext("clock unknown")
    if state is not None and state.skew_s is not None and abs(state.skew_s) > CLOCK_OFF.total_seconds():
        return _skew_text(state.skew_s, language)
    if state is None or state.clock_offset_ms is None:
        return NO_VALUE
    return f"{write_signed(state.clock_offset_ms, language)}\N{NO-BREAK SPACE}ms"


def _skew_text(skew_s: int, language: Language) -> str:
    _ = texts(language).gettext
    ahead, behind = _("{span} ahead of the server"), _("{span} behind the server, or late")
    return (ahead if skew_s > 0 else behind).format(span=span_text(abs(skew_s), language))


def span_text(seconds: float, language: Language) -> str:
    """Return a length of time by the unit that people would use: a clock may be wrong by minutes or by 20 years."""
    _, ngettext = texts(language).gettext, texts(language).ngettext
    if (minutes := int(seconds / 60 + 0.5)) < 2 * 60:
        return _("{count} min").format(count=write_count(minutes, language))
    if (hours := int(seconds / 3600 + 0.5)) < 2 * 24:
        return _("{count} h").format(count=write_count(hours, language))
    days = int(seconds / 86400 + 0.5)
    return ngettext("{count} day", "{count} days", days).format(count=write_count(days, language))


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
        (_("Setups changed within a phase of a study"), troubles.setup_changes),
    )
    return [f"{what}: {write_count(count, language)}" for what, count in pairs if count]
