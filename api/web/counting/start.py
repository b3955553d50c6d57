"""What the pages for counting by hand begin with: where can be counted, and the words, in the reader's language."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from api.logbook.words import names_by_field
from api.services import Services
from api.tables.places import Site
from api.web.frame import PageReader
from api.web.live.page_reads import read_place
from api.web.live.view import SiteParts, read, sides
from api.web.navigation import SitePage, path_of
from api.web.offline.start import outbox_start
from core.texts.catalog import Language

FEATURES: Final = ("posture", "gender", "age", "direction")
"""What people are told apart by, as the public life data protocol does."""


@dataclass(frozen=True, slots=True)
class CountPlaces:
    """Where people can be counted. Each has its key and name; of a line also where its two ways lead."""

    lines: list[dict[str, str]]
    areas: list[dict[str, str]]
    """Spaces and zones; `part` says which: space or zone."""


async def count_places(services: Services, site: Site, language: Language) -> CountPlaces:
    """Return where at a site people can be counted by hand."""
    place = await read_place(services.database, site)
    return CountPlaces(lines=_lines(place, language), areas=_areas(place, language))


def _lines(place: SiteParts, language: Language) -> list[dict[str, str]]:
    lines = []
    for line in place.lines:
        origin, goal = sides(line, place, language)
        lines.append({"key": line.line, "name": read(line.name, language), "forward": goal, "backward": origin})
    return lines


def _areas(place: SiteParts, language: Language) -> list[dict[str, str]]:
    spaces = [{"part": "space", "key": space.space, "name": read(space.name, language)} for space in place.spaces]
    zones = [{"part": "zone", "key": zone.zone, "name": read(zone.name, language)} for zone in place.zones]
    return spaces + zones


def words_of(language: Language) -> dict[str, dict[str, str]]:
    """Return what the groups of people are called, by feature and word, in the order of a form."""
    names = names_by_field()
    return {feature: {word: getattr(name, language) for word, name in names[feature].items()} for feature in FEATURES}


def site_start(services: Services, reader: PageReader, site: Site) -> dict[str, object]:
    """Return what each of these pages gives its scripts."""
    return {
        "site": site.site,
        "time_zone": site.time_zone,
        "api": f"/api/v1/sites/{quote(site.site)}",
        "words": words_of(reader.language),
        "orders": {feature: list(words) for feature, words in words_of(reader.language).items()},
        "outbox": outbox_start(services, reader, site),
        "own": reader.address(f"{path_of(site.site, SitePage.COUNT)}/own"),
    }
