"""What the panels of one dashboard in one language have in common, and where links lead."""

from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from dashboards.language import Language, PanelText, Text

_KEEP_ALL: Final = "${__url_time_range}&${__all_variables}"
_KEEP_SITE: Final = "${__url_time_range}&${site:queryparam}&${space:queryparam}&${bucket:queryparam}"
_ENLARGE: Final = Text(sv="Visa stort", en="Enlarge")


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

    def say(self, text: Text) -> str:
        """Return a text in the dashboard's language."""
        return text.into(self.language)


@dataclass(frozen=True, slots=True)
class Frame:
    """Which panel it is, and its size.

    Attributes:
        number: the panel's id, for links and embedding: never changed, never used again.
        text: what it says.
        query: name of its query, `sql/NAME.sql`.
        width: of 24 columns.
        height: in rows of Grafana's grid.
    """

    number: int
    text: PanelText
    query: str
    width: int
    height: int = 8


def enlarge_link(page: Page, frame: Frame) -> DashboardLink:
    """Return a link to one panel in the whole window, with the same range and choices."""
    return (
        DashboardLink(page.say(_ENLARGE))
        .type(DashboardLinkType.LINK)
        .url(f"/d/{page.uid}?viewPanel={frame.number}&{_KEEP_ALL}")
    )


def only_device_link(page: Page, title: Text) -> dict[str, str]:
    """Return a data link from a row with a column `key` to the same dashboard for that counter alone."""
    return {"title": page.say(title), "url": f"/d/{page.uid}?{_KEEP_SITE}&var-device=${{__data.fields.key}}"}


def language_link(other: Page, title: Text) -> DashboardLink:
    """Return a link to the same dashboard in another language."""
    return (
        DashboardLink(other.say(title))
        .type(DashboardLinkType.LINK)
        .icon("external link")
        .url(f"/d/{other.uid}")
        .keep_time(True)
    )
