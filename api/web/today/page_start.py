"""What the scripts of the day's pages begin with: the site, its words in the reader's language, what was written."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from api.logbook.words import names_by_field
from api.services import Services
from api.tables.places import Site
from api.web.frame import PageReader
from api.web.live.view import read
from api.web.navigation import SitePage, path_of
from api.web.today.day_reads import OpeningTime, WorkDay
from core.ranges import TimeRange
from core.texts.catalog import Language

_WORDS: Final = ("activity_kind", "staff_role", "incident_kind", "gender", "age", "participants_method")
CLOSE: Final = "today/close"
PLAN: Final = "plan"
LOG: Final = "log"


def words_of(language: Language) -> dict[str, dict[str, str]]:
    """Return the words of the fields that these pages write, by field: in the reader's language."""
    names = names_by_field()
    return {field: {word: getattr(name, language) for word, name in names[field].items()} for field in _WORDS}


def site_start(services: Services, reader: PageReader, site: Site) -> dict[str, object]:
    """Return what every one of these pages gives its scripts."""
    return {
        "site": site.site,
        "time_zone": site.time_zone,
        "now": services.now().isoformat(),
        "api": f"/api/v1/sites/{quote(site.site)}",
        "words": words_of(reader.language),
        "addresses": {
            "today": reader.address(path_of(site.site, SitePage.TODAY)),
            "close": reader.address(f"{path_of(site.site)}/{CLOSE}"),
            "plan": reader.address(f"{path_of(site.site)}/{PLAN}"),
            "log": reader.address(f"{path_of(site.site)}/{LOG}"),
            "count": reader.address(path_of(site.site, SitePage.COUNT)),
            "now": reader.address(path_of(site.site)),
        },
    }


def day_start(day: WorkDay, reader: PageReader) -> dict[str, object]:
    """Return the day for the scripts."""
    return {
        "day": day.day.isoformat(),
        "day_from": day.span.start.isoformat(),
        "day_to": day.span.end.isoformat(),
        "records_from": day.looked_from.isoformat(),
        "records": day.records,
        "hours": hours_between(day.hours, day.span),
        "spaces": [{"key": space.space, "name": read(space.name, reader.language)} for space in day.spaces],
        "rounds": [
            {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
            for slot in day.rounds
            if not slot.counts
        ],
        "device_names": {device.device: read(device.name, reader.language) for device in day.devices},
        "silent": [
            {
                "name": read(device.name, reader.language),
                "since": device.heard_at.isoformat() if device.heard_at else None,
            }
            for device in day.devices
            if device.state in {"offline", "silent"}
        ],
    }


def hours_between(hours: Sequence[OpeningTime], span: TimeRange) -> dict[str, list[list[str]]]:
    """Return when the site is open, and staffed, in the span: [from, to] in the order of time."""
    return {
        kind: [
            [found.starts_at.isoformat(), found.ends_at.isoformat()]
            for found in hours
            if found.kind == kind and found.starts_at < span.end and found.ends_at > span.start
        ]
        for kind in ("open", "staffed")
    }
