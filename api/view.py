"""What the page of a site shows before its scripts run, in the reader's language.

The scripts write the same things again with every snapshot (static/now.js); without scripts this is the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.i18n import Language, texts
from api.texts import Texts
from api.writing import NO_VALUE, write_clock, write_count, write_decimal, write_signed

STALE_AFTER_S: Final = 20
"""A number from longer ago is shown as out of date: devices report every 5 s. The scripts have it from here."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages, as the site file gives it: never trusted to be harmless."""

    sv: str
    en: str

    def read(self, language: Language) -> str:
        """Return the name in the language."""
        return self.sv if language is Language.SV else self.en


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the site."""

    key: str
    name: Name
    space: str
    covers_space: bool
    disjoint: bool
    stay_threshold_s: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the site; a side that is outside is None, and is called by the name of the border."""

    key: str
    name: Name
    border: Name
    is_check: bool
    from_space: str | None
    to_space: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A site and its parts, by key in the order of the page."""

    key: str
    name: Name
    time_zone: ZoneInfo
    spaces: Mapping[str, Name]
    lines: Sequence[Line]
    zones: Sequence[Zone]
    devices: Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class LiveZone:
    """What a device last told of a zone. at is by the device's clock; age_s since it arrived, by ours."""

    at: datetime
    age_s: int
    occupancy: int
    staying: int
    stay_s: int


@dataclass(frozen=True, slots=True)
class LiveLine:
    """The open interval of a line."""

    age_s: int
    start: datetime
    forward: int
    backward: int


@dataclass(frozen=True, slots=True)
class Health:
    """How a device said it was; None where it never said."""

    online: bool | None
    received_at: datetime | None
    outbox_records: int | None
    clock_known: bool | None
    clock_offset_ms: int | None
    frame_rate: float | None


@dataclass(frozen=True, slots=True)
class Now:
    """The site at one moment, by keys of its parts."""

    at: datetime
    zones: Mapping[str, LiveZone]
    lines: Mapping[str, LiveLine]
    devices: Mapping[str, Health]


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


def show_now(place: Place, now: Now, language: Language) -> ShownNow:
    """Return the numbers of this moment."""
    measured = {zone.space for zone in place.zones}
    total, staying, where = _total(place, now, language)
    return ShownNow(
        total=total,
        staying_text=staying,
        where_text=where,
        spaces=[
            ShownSpace(key, name.read(language), [_zone(zone, place, now, language) for zone in zones_of(place, key)])
            for key, name in place.spaces.items()
            if key in measured
        ],
        unmeasured=[name.read(language) for key, name in place.spaces.items() if key not in measured],
    )


def zones_of(place: Place, space: str) -> list[Zone]:
    """Return the zones of a space, the one that covers it first."""
    return sorted((zone for zone in place.zones if zone.space == space), key=lambda zone: not zone.covers_space)


def _zone(zone: Zone, place: Place, now: Now, language: Language) -> ShownZone:
    live = now.zones.get(zone.key)
    stale = live is None or live.age_s > STALE_AFTER_S
    return ShownZone(
        key=zone.key,
        name=zone.name.read(language),
        covers_space=zone.covers_space,
        occupancy=live.occupancy if live else None,
        staying=live.staying if live else None,
        stay_s=live.stay_s if live else zone.stay_threshold_s,
        stale=stale,
        age_text=_age_text(live, place.time_zone, language),
    )


def _age_text(live: LiveZone | None, time_zone: ZoneInfo, language: Language) -> str:
    words = texts(language)
    if live is None:
        return words.never_heard
    if live.age_s > STALE_AFTER_S:
        return words.last_at.format(time=write_clock(live.at.astimezone(time_zone), seconds=True))
    return words.measured_ago.format(seconds=write_count(max(live.age_s, 0), language))


def _total(place: Place, now: Now, language: Language) -> tuple[int | None, str, str]:
    """Return the sum, who stay, and where. A part of the whole would look like fewer people, so then there is none."""
    words = texts(language)
    addable = [zone for zone in place.zones if zone.disjoint]
    told = {zone.key: now.zones[zone.key] for zone in addable if zone.key in now.zones}
    fresh = {key: live for key, live in told.items() if live.age_s <= STALE_AFTER_S}
    missing = [zone.name.read(language) for zone in addable if zone.key not in fresh]
    if missing:
        return None, words.total_withheld, words.without_zones.format(zones=", ".join(missing))
    if not addable:
        return None, words.total_withheld, words.no_addable_zones
    where = words.in_one_zone if len(addable) == 1 else words.in_zones.format(count=write_count(len(addable), language))
    staying = write_count(sum(live.staying for live in fresh.values()), language)
    threshold = _threshold_text({live.stay_s for live in fresh.values()}, words, language)
    return sum(live.occupancy for live in fresh.values()), f"{staying} {threshold}", where


def _threshold_text(thresholds: set[int], words: Texts, language: Language) -> str:
    if len(thresholds) > 1:
        return words.stays_over_mixed
    return words.stays_over.format(seconds=write_count(min(thresholds), language))


def show_lines(
    place: Place, now: Now, today: Mapping[str, tuple[int | None, int | None]], language: Language
) -> list[ShownLine]:
    """Return the lines with their directions named by the spaces. today: forward and backward by line."""
    return [
        ShownLine(line.key, line.name.read(language), line.is_check, _ways(line, place, now, today, language))
        for line in sorted(place.lines, key=lambda line: line.is_check)
    ]


def _ways(
    line: Line, place: Place, now: Now, today: Mapping[str, tuple[int | None, int | None]], language: Language
) -> list[ShownWay]:
    outside = line.border.read(language)
    origin, goal = (
        place.spaces[space].read(language) if space else outside for space in (line.from_space, line.to_space)
    )
    forward, backward = today.get(line.key, (None, None))
    live = now.lines.get(line.key)
    fresh = live if live and live.age_s <= STALE_AFTER_S else None
    since = texts(language).open_interval.format(time=_minutes(fresh.start, place)) if fresh else ""
    return [
        ShownWay("forward", origin, goal, forward, fresh.forward if fresh else None, since),
        ShownWay("backward", goal, origin, backward, fresh.backward if fresh else None, since),
    ]


def _minutes(at: datetime, place: Place) -> str:
    return write_clock(at.astimezone(place.time_zone), seconds=False)


def show_devices(place: Place, now: Now, language: Language) -> list[ShownDevice]:
    """Return the devices in words."""
    return [_device(key, name, now.devices.get(key), place, language) for key, name in place.devices.items()]


def _device(key: str, name: Name, health: Health | None, place: Place, language: Language) -> ShownDevice:
    words = texts(language)
    online = None if health is None else health.online
    heard = None if health is None else health.received_at
    return ShownDevice(
        key=key,
        name=name.read(language),
        online_word={None: "unknown", True: "true", False: "false"}[online],
        online_text={None: words.unknown, True: words.online, False: words.offline}[online],
        heard_text=write_clock(heard.astimezone(place.time_zone), seconds=True) if heard else NO_VALUE,
        rate_text=_rate_text(health, language),
        clock_text=_clock_text(health, language),
        outbox_text=_outbox_text(health, language),
    )


def _rate_text(health: Health | None, language: Language) -> str:
    if health is None or not health.online or health.frame_rate is None:
        return NO_VALUE
    return texts(language).frames_per_second.format(rate=write_decimal(health.frame_rate, 1, language))


def _clock_text(health: Health | None, language: Language) -> str:
    if health is not None and health.clock_known is False:
        return texts(language).clock_unknown
    if health is None or health.clock_offset_ms is None:
        return NO_VALUE
    return f"{write_signed(health.clock_offset_ms, language)}\N{NO-BREAK SPACE}ms"


def _outbox_text(health: Health | None, language: Language) -> str:
    if health is None or health.outbox_records is None:
        return NO_VALUE
    return texts(language).outbox_records.format(count=write_count(health.outbox_records, language))
