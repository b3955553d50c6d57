"""What every dashboard is made of: its choices, its marks on the charts, its rows of panels, and the ways out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, Dashboard, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, Panel, VariableModel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards.display import Colour
from dashboards.page import TITLES, Page, language_link, neighbour_link
from dashboards.query import Query, QueryFormat, datasource


@dataclass(frozen=True, slots=True)
class ChartAnnotation:
    """Times that are marked on all charts: the query `sql/marks/NAME.sql`, with the columns time, timeend and text."""

    query: str
    title: str
    colour: Colour


ACTIVITIES: Final = ChartAnnotation("marks/activities", _("Activities"), Colour.ARRANGED)
PHASES: Final = ChartAnnotation("marks/phases", _("Phases"), Colour.PLAIN)
ZONE_OUTAGES: Final = ChartAnnotation("marks/zone_outages", _("Outages"), Colour.BAD)
OUTAGES: Final = ChartAnnotation("marks/outages", _("Outages"), Colour.BAD)
CONFLICTS: Final = ChartAnnotation("marks/conflicts", _("Conflicts"), Colour.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Section:
    """A row with its panels. Its id is never used again for something else."""

    number: int
    title: str
    panels: Sequence[Builder[Panel]]


@dataclass(frozen=True, slots=True)
class DashboardSpec:
    """One dashboard in one language, before it is laid out.

    Attributes:
        page: which one it is.
        about: its description.
        since: the range that it opens with, until now, in Grafana's words such as now-24h.
        refresh: how often it asks anew, such as 30s; none where a page is read, not watched.
        sections: from top to bottom.
        variables: the reader's choices, in the order they depend on each other.
        marks: on all charts.
    """

    page: Page
    about: str
    since: str
    sections: Sequence[Section]
    refresh: str | None = None
    variables: Sequence[Builder[VariableModel]] = field(default_factory=tuple)
    marks: Sequence[ChartAnnotation] = field(default_factory=tuple)

    def dashboard(self) -> Dashboard:
        """Return it for Grafana."""
        dashboard = self._linked(self._empty())
        for variable in self.variables:
            dashboard = dashboard.with_variable(variable)
        for mark in self.marks:
            dashboard = dashboard.annotation(self._annotation(mark))
        for section in self.sections:
            dashboard = dashboard.with_row(Row(self.page.say(section.title)).id(section.number))
            for panel in section.panels:
                dashboard = dashboard.with_panel(panel)
        return dashboard

    def _empty(self) -> Dashboard:
        dashboard = (
            Dashboard(self.page.say(TITLES[self.page.name]))
            .uid(self.page.uid)
            .description(self.page.say(self.about))
            .tags(["platspuls", self.page.language.value])
            .readonly()
            .time(self.since, "now")
            .timezone("browser")
            .week_start("monday")
            .tooltip(DashboardCursorSync.CROSSHAIR)
        )
        return dashboard.refresh(self.refresh) if self.refresh else dashboard

    def _linked(self, dashboard: Dashboard) -> Dashboard:
        page = self.page
        for name in () if page.is_public else TITLES:
            if name != page.name:
                dashboard = dashboard.link(neighbour_link(Page(name, page.language)))
        for other in Language:
            if other is not page.language:
                dashboard = dashboard.link(language_link(Page(page.name, other), _("In English")))
        return dashboard

    def _annotation(self, mark: ChartAnnotation) -> AnnotationQuery:
        return (
            AnnotationQuery()
            .name(self.page.say(mark.title))
            .datasource(datasource())
            .enable(True)
            .icon_color(mark.colour.value)
            .target(Query(mark.query, QueryFormat.TABLE, self.page.language))
        )
