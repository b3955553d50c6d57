"""The kinds of panels, each a function from what it says and shows to Grafana's own builder."""

from collections.abc import Sequence
from typing import TypeVar

from grafana_foundation_sdk.builders import barchart as charts
from grafana_foundation_sdk.builders import bargauge as gauges
from grafana_foundation_sdk.builders import common as options
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.builders import timeseries as series
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models import common as choices
from grafana_foundation_sdk.models.dashboard import FieldColorModeId

from dashboards.display import COVERAGE, PLAIN, Field
from dashboards.page import Page, PanelSpec, enlarge_link
from dashboards.query import Query, QueryFormat, datasource

_AnyPanel = TypeVar("_AnyPanel", stats.Panel, tables.Panel, gauges.Panel, charts.Panel, series.Panel)


def stat(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> stats.Panel:
    """Return large figures: each column of the query's one row."""
    panel = (
        stats.Panel()
        .graph_mode(choices.BigValueGraphMode.NONE)
        .color_mode(choices.BigValueColorMode.VALUE)
        .text_mode(choices.BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(options.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False))
        .thresholds(PLAIN.build())
    )
    return _framed(panel, page, spec, fields, QueryFormat.TABLE)


def table(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> tables.Panel:
    """Return a table of the query's rows and columns."""
    panel = tables.Panel().show_header(True).filterable(False).thresholds(PLAIN.build())
    return _framed(panel, page, spec, fields, QueryFormat.TABLE)


def heat_table(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> tables.Panel:
    """Return a table whose figures have a background by their size, one scale for all of it: light is little."""
    scheme = FieldColor().mode(FieldColorModeId.CONTINUOUS_BLUES)
    return table(page, spec, fields).color_scheme(scheme).min(0).decimals(0)


def bars_of_rows(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> gauges.Panel:
    """Return a bar for each row of the query: its name, and the one number, a field without a name."""
    values = options.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(True)
    panel = (
        gauges.Panel()
        .orientation(choices.VizOrientation.HORIZONTAL)
        .display_mode(choices.BarGaugeDisplayMode.BASIC)
        .reduce_options(values)
        .thresholds(PLAIN.build())
    )
    return _framed(panel, page, spec, fields, QueryFormat.TABLE)


def compared(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> charts.Panel:
    """Return bars side by side for each row: its name, the first column of text, then one number a bar."""
    panel = (
        charts.Panel()
        .orientation(choices.VizOrientation.VERTICAL)
        .stacking(choices.StackingMode.NONE)
        .show_value(choices.VisibilityMode.AUTO)
        .group_width(0.7)
        .legend(_legend())
        .tooltip(_tooltip())
        .thresholds(PLAIN.build())
    )
    return _framed(panel, page, spec, fields, QueryFormat.TABLE).unit(fields[1].unit.value)


def bars(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> series.Panel:
    """Return counts over time: bars side by side, those drawn downwards below the axis."""
    panel = (
        _over_time()
        .draw_style(choices.GraphDrawStyle.BARS)
        .bar_alignment(choices.BarAlignment.AFTER)
        .fill_opacity(80)
        .line_width(0)
    )
    return _framed(panel, page, spec, fields, QueryFormat.TIME_SERIES)


def stacked_bars(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> series.Panel:
    """Return counts over time, series of the same direction on top of each other and distinguished by their name."""
    return (
        bars(page, spec, fields)
        .stacking(options.StackingConfig().mode(choices.StackingMode.NORMAL))
        .color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    )


def bars_by_name(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> series.Panel:
    """Return counts over time, series side by side and distinguished by their name."""
    return bars(page, spec, fields).color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))


def steps(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> series.Panel:
    """Return levels over time: a line that holds its value through each step, broken where there is none."""
    panel = (
        _over_time()
        .draw_style(choices.GraphDrawStyle.LINE)
        .line_interpolation(choices.LineInterpolation.STEP_AFTER)
        .line_width(2)
        .fill_opacity(5)
        .span_nulls(False)
        .color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    )
    return _framed(panel, page, spec, fields, QueryFormat.TIME_SERIES)


def shares(page: Page, spec: PanelSpec, fields: Sequence[Field]) -> series.Panel:
    """Return shares between nothing and all over time, with the contract's limits of coverage as lines."""
    style = options.GraphThresholdsStyleConfig().mode(choices.GraphThresholdsStyleMode.DASHED)
    return steps(page, spec, fields).min(0).max(1).thresholds(COVERAGE.build()).thresholds_style(style)


def _over_time() -> series.Panel:
    return series.Panel().legend(_legend()).tooltip(_tooltip()).show_points(choices.VisibilityMode.NEVER)


def _legend() -> options.VizLegendOptions:
    return (
        options.VizLegendOptions()
        .show_legend(True)
        .display_mode(choices.LegendDisplayMode.LIST)
        .placement(choices.LegendPlacement.BOTTOM)
    )


def _tooltip() -> options.VizTooltipOptions:
    return options.VizTooltipOptions().mode(choices.TooltipDisplayMode.MULTI).sort(choices.SortOrder.NONE)


def _framed(panel: _AnyPanel, page: Page, spec: PanelSpec, fields: Sequence[Field], form: QueryFormat) -> _AnyPanel:
    """Set what every panel has. Its unit is that of the first column, where no column says another."""
    framed = (
        panel.id(spec.number)
        .title(page.say(spec.title))
        .description(page.say(spec.about))
        .no_value(page.say(spec.empty))
        .unit(fields[0].unit.value)
        .datasource(datasource())
        .with_target(Query(page.query(spec.query), form, page.language))
        .links([] if page.is_public else [enlarge_link(page, spec)])
        .span(spec.width)
        .height(spec.height)
    )
    for field in fields:
        framed = framed.override_by_name(field.column, field.settings(page))
    return framed
