"""One line a site: what is so there, and what needs a person, in plain words, the neediest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.access.roles import Right
from api.tables.places import Site
from api.typical import UsualSoFar
from api.web.formatting import NO_VALUE, write_clock, write_count, write_percent
from api.web.frame import PageReader
from api.web.i18n import role_text, texts
from api.web.live.counters import state_text
from api.web.live.view import read
from api.web.navigation import SitePage, path_of, start_path
from api.web.overview.reads import AilingDevice, OverviewFigures, PeopleNow, SiteAlarms, Unfinished
from core.texts.catalog import Language


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs a person.

    Attributes:
        text: what it is.
        urgency: 2 numbers are being lost, 1 somebody should look.
        address: where it can be seen or done, of a page that the reader may open; empty is nowhere.
    """

    text: str
    urgency: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """A site as the overview shows it.

    Attributes:
        name: in the reader's language.
        address: of the first page that the reader may open there.
        role: of the reader there; empty where it is the same everywhere.
        people: now.
        people_note: why there is no number, else empty.
        entries: today.
        entries_note: how much was watched, where that makes it an estimate or less.
        usual: what is usual by now on such a day.
        needs: what needs a person, the most urgent first.
        is_fine: the reader may know what needs a person, and nothing does.
    """

    name: str
    address: str
    role: str
    people: str
    people_note: str
    entries: str
    entries_note: str
    usual: str
    needs: Sequence[Need]
    is_fine: bool


def overview_lines(
    sites: Sequence[Site], found: OverviewFigures, reader: PageReader, now: datetime
) -> list[OverviewLine]:
    """Return the sites, those first that need a person most."""
    roles = _roles(sites, reader)
    lines = [_line(site, found, roles[site.site], _LineWords(reader, ZoneInfo(site.time_zone), now)) for site in sites]
    return sorted(lines, key=_neediest_first)


def _neediest_first(line: OverviewLine) -> tuple[int, int, str]:
    urgency = max((need.urgency for need in line.needs), default=0)
    return -urgency, -len(line.needs), line.name.casefold()


def _roles(sites: Sequence[Site], reader: PageReader) -> dict[str, str]:
    """Return the reader's role at each site, by its key; empty where they have but one."""
    held = {site.site: reader.caller.roles.role_at(site.site) for site in sites}
    differ = len(set(held.values())) > 1
    return {site: role_text(role, reader.language) if differ and role else "" for site, role in held.items()}


@dataclass(frozen=True, slots=True)
class _LineWords:
    reader: PageReader
    clock: ZoneInfo
    now: datetime

    @property
    def language(self) -> Language:
        return self.reader.language


def _line(site: Site, found: OverviewFigures, role: str, words: _LineWords) -> OverviewLine:
    key, language = site.site, words.language
    people, people_note = _people(found.people.get(key), language)
    usual = found.usual.get(key)
    needs = [
        *(_device_need(device, words) for device in found.devices.get(key, ())),
        *_alarm_needs(found.alarms.get(key), language),
        *_unfinished_needs(found.unfinished.get(key), key, words),
    ]
    return OverviewLine(
        name=read(site.name, language),
        address=words.reader.address(start_path(key, words.reader.caller)),
        role=role,
        people=people,
        people_note=people_note,
        entries=write_count(usual.entries if usual else None, language),
        entries_note=_entries_note(usual, language),
        usual=_usual_text(usual, language),
        needs=sorted(needs, key=lambda need: -need.urgency),
        is_fine=not needs and key in found.alarms,
    )


def _people(now: PeopleNow | None, language: Language) -> tuple[str, str]:
    """Return how many are there, and why that isn't known: a part of the zones would look like fewer people."""
    _ = texts(language).gettext
    if now is None:
        return NO_VALUE, _("no zone counts people")
    if now.fresh < now.zones:
        return NO_VALUE, _("no current number")
    return write_count(now.people, language), ""


def _entries_note(usual: UsualSoFar | None, language: Language) -> str:
    _ = texts(language).gettext
    if usual is None or not usual.coverage:
        return _("Nothing observed today yet.")
    if usual.entries is not None and not usual.estimate:
        return ""
    coverage = _("coverage {percent}").format(percent=write_percent(usual.coverage, language))
    return ", ".join([_("estimate"), coverage]) if usual.entries is not None else coverage


def _usual_text(usual: UsualSoFar | None, language: Language) -> str:
    """Return what is usual until now on such a day, of how many days; nothing where too few are known."""
    _ = texts(language).gettext
    if usual is None or usual.low is None or usual.high is None:
        return ""
    return _("usually {low} to {high} by {time}, of {days} days").format(
        low=write_count(usual.low, language),
        high=write_count(usual.high, language),
        time=write_clock(usual.until_local, seconds=False),
        days=write_count(usual.number, language),
    )


def _device_need(device: AilingDevice, words: _LineWords) -> Need:
    _good, text = state_text(device, words.now.astimezone(words.clock), words.language)
    return Need(f"{read(device.name, words.language)}: {text}", 2, words.reader.address(path_of(device.site)))


def _alarm_needs(alarms: SiteAlarms | None, language: Language) -> Iterator[Need]:
    ngettext = texts(language).ngettext
    if alarms is None:
        return
    said = (
        (alarms.held, 2, ngettext("{count} message is held", "{count} messages are held", alarms.held)),
        (
            alarms.anomalies,
            1,
            ngettext("{count} odd number without an answer", "{count} odd numbers without an answer", alarms.anomalies),
        ),
        (
            alarms.conflicts,
            1,
            ngettext("{count} time was reported twice", "{count} times were reported twice", alarms.conflicts),
        ),
    )
    yield from (Need(text.format(count=write_count(n, language)), urgency) for n, urgency, text in said if n)


def _unfinished_needs(log: Unfinished | None, site: str, words: _LineWords) -> Iterator[Need]:
    ngettext = texts(words.language).ngettext
    if log is None:
        return
    may_write = words.reader.caller.may(Right.WRITE_LOG_RECORDS, site)
    address = words.reader.address(path_of(site, SitePage.TODAY)) if may_write else ""
    said = (
        (
            log.uncounted,
            ngettext("{count} activity without participants", "{count} activities without participants", log.uncounted),
        ),
        (log.unclosed, ngettext("{count} day isn't closed", "{count} days aren't closed", log.unclosed)),
    )
    yield from (Need(text.format(count=write_count(n, words.language)), 1, address) for n, text in said if n)
