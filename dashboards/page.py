"""What the panels of one dashboard in one language have in common, and where links lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards.texts import translated

LIVE_FLOW: Final = "live-flow"
SPACE: Final = "space"
EVALUATION: Final = "evaluation"
DELIVERY: Final = "delivery"
OVERVIEW: Final = "overview"
TITLES: Final[Mapping[str, str]] = {
    LIVE_FLOW: _("Live flow"),
    SPACE: _("Space in depth"),
    EVALUATION: _("Evaluation"),
    DELIVERY: _("Devices and delivery"),
    OVERVIEW: _("Site overview"),
}
"""Every dashboard, in the order that links stand in. A name never changes: it is in uids and links."""
_KEEP_ALL: Final = "${__url_time_range}&${__all_variables}"
_KEEP_SITE: Final = "${__url_time_range}&${site:queryparam}&${bucket:queryparam}"
_ENLARGE: Final = _("Enlarge")


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard in one language.

    Attributes:
        name: of the dashboard, the same in all languages, such as live-flow.
        language: of its texts.
    """

    name: str
    language: Language

    @property
    def uid(self) -> str:
        """The dashboard's fixed uid, at most 40 characters."""
        return f"platspuls-{self.name}-{self.language}"

    @property
    def is_public(self) -> bool:
        """Whether Grafana can share it with everyone: no choices, no way out but to its other language."""
        return self.name == OVERVIEW

    def query(self, name: str) -> str:
        """Return a query's name with its folder: the dashboard's own, where the name has none."""
        return name if "/" in name else f"{self.name}/{name}"

    def say(self, text: str) -> str:
        """Return a text in the dashboard's language. Raises KeyError where nobody translated it."""
        return translated(text, self.language)


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """Which panel it is, and its size.

    Attributes:
        number: the panel's id, for links and embedding: never changed, never used again.
        title: over the panel.
        about: the description behind its (i): what is counted, and what is left out.
        query: name of its query in the dashboard's own folder, `sql/DASHBOARD/NAME.sql`; or in another: shared/NAME.
        width: of 24 columns.
        height: in rows of Grafana's grid.
        empty: shown where there is no value.
    """

    number: int
    title: str
    about: str
    query: str
    width: int
    height: int = 8
    empty: str = "-"


def enlarge_link(page: Page, spec: PanelSpec) -> DashboardLink:
    """Return a link to one panel in the whole window, with the same range and choices."""
    return _link(page.say(_ENLARGE), f"/d/{page.uid}?viewPanel={spec.number}&{_KEEP_ALL}")


def only_device_link(page: Page, title: str) -> dict[str, str]:
    """Return a data link from a row with a column `key` to Devices and delivery for that counter alone."""
    delivery = Page(DELIVERY, page.language)
    return {"title": page.say(title), "url": f"/d/{delivery.uid}?{_KEEP_SITE}&var-device=${{__data.fields.key}}"}


def language_link(other: Page, title: str) -> DashboardLink:
    """Return a link to the same dashboard in another language."""
    return _link(other.say(title), f"/d/{other.uid}").icon("external link").keep_time(True)


def neighbour_link(other: Page) -> DashboardLink:
    """Return a link to another dashboard in the same language, with the range and the choices that both have."""
    title = other.say(TITLES[other.name])
    return _link(title, f"/d/{other.uid}").icon("dashboard").keep_time(True).include_vars(True)


def _link(title: str, url: str) -> DashboardLink:
    return DashboardLink(title).type(DashboardLinkType.LINK).url(url)
