"""The dashboard "Site overview" ("Platsen i översikt"), for funders and the public: whole months, few visits withheld.

It has no choices and reads the public grid alone (`reading.public_month`, `reading.public_dwell`), so that Grafana can
share it with everyone, and a login with the role platspuls_public is enough for it.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels
from dashboards.board import Board, Section
from dashboards.language import Language
from dashboards.look import Colour, Field, Unit, coloured
from dashboards.page import OVERVIEW, Frame, Page
from dashboards.texts import common
from dashboards.texts import overview as words


def overview(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(OVERVIEW, language)
    return Board(page, words.ABOUT, since="now-12M/M", sections=_sections(page)).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    return [
        Section(101, words.ROW_USE, [_months(page), _presence(page), _table(page)]),
        Section(102, words.ROW_STAYS, [_dwell(page)]),
        Section(103, words.ROW_COVERAGE, [_coverage(page)]),
    ]


def _months(page: Page) -> Builder[Panel]:
    fields = [
        look.shades("entries", words.SITE_IN, Colour.IN),
        look.shades("exits", words.SITE_OUT, Colour.OUT, down=True),
    ]
    return panels.bars_by_name(page, Frame(1, words.MONTHS, "overview_months", width=12, height=9), fields)


def _presence(page: Page) -> Builder[Panel]:
    fields = [Field("person_hours", words.OF_SITE, Unit.COUNT)]
    return panels.bars_by_name(page, Frame(2, words.PRESENCE, "overview_presence", width=12, height=9), fields)


def _table(page: Page) -> Builder[Panel]:
    states = {
        "shown": (common.SHOWN, Colour.PLAIN),
        "estimate": (words.ESTIMATE, Colour.DOUBTFUL),
        "suppressed": (common.SUPPRESSED, Colour.PLAIN),
        "missing": (common.MISSING, Colour.BAD),
    }
    fields = [
        Field("site", common.SITE),
        Field("month", common.MONTH),
        Field("entries", common.ENTRIES, Unit.COUNT),
        Field("entry_state", words.ENTRY_STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("coverage", words.ENTRY_COVERAGE, Unit.SHARE, look.COVERAGE),
        Field("person_hours", words.PERSON_HOURS, Unit.COUNT),
        Field("presence_state", words.PRESENCE_STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("presence_coverage", words.PRESENCE_COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.table(page, Frame(3, words.TABLE, "overview_table", width=24, height=9), fields)


def _dwell(page: Page) -> Builder[Panel]:
    states = {
        "shown": (common.SHOWN, Colour.PLAIN),
        "suppressed": (common.SUPPRESSED, Colour.PLAIN),
        "refused": (common.REFUSED, Colour.DOUBTFUL),
        "missing": (common.MISSING, Colour.BAD),
    }
    fields = [
        Field("site", common.SITE),
        Field("zone", common.ZONE),
        Field("month", common.MONTH),
        Field("threshold_s", common.THRESHOLD, Unit.SECONDS),
        Field("entered", common.ENTERED, Unit.COUNT),
        Field("share", common.SHARE, Unit.SHARE),
        Field("median_s", common.MEDIAN, Unit.SECONDS),
        Field("state", common.STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("coverage", common.COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.table(page, Frame(4, words.DWELL, "overview_dwell", width=24, height=10), fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [
        Field("coverage", words.SITE_ENTRIES, Unit.SHARE),
        Field("presence_coverage", words.SITE_PRESENCE, Unit.SHARE, custom=look.DASHED),
    ]
    return panels.shares(page, Frame(5, words.COVERAGE, "overview_coverage", width=24), fields)
