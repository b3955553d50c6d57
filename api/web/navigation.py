"""The pages of a site, and the row of links between them: each reader sees those that they may open."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from api.access.caller import Caller
from api.access.roles import Right
from api.tables.places import Site
from api.web.i18n import texts
from core.texts.catalog import Language
from core.texts.catalog import noop as _

ADMIN: Final = "/admin"
"""The page of people, for administrators."""
HELP: Final = "/help"
"""Where all help is."""
_TOPICS: Final[Mapping[str, str]] = {
    "today/today.html": "today",
    "today/close.html": "close",
    "today/plan.html": "plan",
    "today/log.html": "log",
    "live": "now",
    "counting": "count",
    "history": "history",
    "overview": "overview",
    "admin": "admin",
    "offline": "outbox",
}
"""The topic of help for a template, or for all templates of a folder."""


class SitePage(enum.StrEnum):
    """A page of a site, by the end of its address."""

    TODAY = "today"
    NOW = ""
    COUNT = "count"
    HISTORY = "history"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    right: Right


_ENTRIES: Final[Mapping[SitePage, _Entry]] = {
    SitePage.TODAY: _Entry(_("Today"), Right.WRITE_LOG_RECORDS),
    SitePage.NOW: _Entry(_("Now"), Right.LIVE),
    SitePage.COUNT: _Entry(_("Count"), Right.WRITE_LOG_RECORDS),
    SitePage.HISTORY: _Entry(_("History"), Right.NUMBERS),
    SitePage.ADMIN: _Entry(_("Admin"), Right.ADMIN),
}
"""In the order of the row."""


@dataclass(frozen=True, slots=True)
class Here:
    """Which page of which site is shown. `kept`: parameters of its address that it has in another language, too."""

    site: Site
    page: SitePage
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link in the row. `is_here`: it is the page that is shown."""

    name: str
    path: str
    is_here: bool


def path_of(site: str, page: SitePage = SitePage.NOW) -> str:
    """Return the path of a page of the site with this key."""
    return f"/sites/{quote(site)}" + (f"/{page}" if page else "")


def start_path(site: str, caller: Caller) -> str:
    """Return the path of the first page of the site in the row that the caller may open."""
    may = (page for page, entry in _ENTRIES.items() if caller.may(entry.right, site))
    return path_of(site, next(may, SitePage.NOW))


def help_path(template: str) -> str:
    """Return the path of the help for the page that a template makes; of all help where it has none of its own."""
    topic = _TOPICS.get(template) or _TOPICS.get(template.partition("/")[0])
    return f"{HELP}/{topic}" if topic else HELP


def page_links(here: Here, caller: Caller, language: Language) -> list[PageLink]:
    """Return the links to the pages of the site that the caller may open."""
    name = texts(language).gettext
    return [
        PageLink(name(entry.name), path_of(here.site.site, page), page is here.page)
        for page, entry in _ENTRIES.items()
        if caller.may(entry.right, here.site.site)
    ]
