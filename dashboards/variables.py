"""The reader's choices: site, then its spaces, devices and studies; step of time, hours and threshold.

Nobody types into SQL.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from grafana_foundation_sdk.builders.dashboard import CustomVariable, QueryVariable
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import VariableModel, VariableOption, VariableRefresh

from core.texts.catalog import noop as _
from dashboards.page import Page
from dashboards.query import datasource, statement

STEPS: Final[Mapping[str, str]] = {
    "quarter": _("Quarter-hour"),
    "hour": _("Hour"),
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
}
HOURS: Final[Mapping[str, str]] = {
    "all": _("all"),
    "open": _("open"),
    "staffed": _("staffed"),
}
_THRESHOLDS_S: Final = (30, 60, 120, 180, 300, 600, 900, 1800, 3600)


def site(page: Page) -> QueryVariable:
    """Return the choice of one site."""
    return choice(page, "site", _("Site"))


def spaces(page: Page) -> QueryVariable:
    """Return the choice of the site's spaces."""
    return _several(page, "space", _("Space"))


def choice(page: Page, name: str, label: str) -> QueryVariable:
    """Return the choice of one value, from `sql/choices/NAME.sql`. Queries write it '$name'."""
    sql = statement(f"choices/{name}", page.language)
    return (
        QueryVariable(name)
        .label(page.say(label))
        .datasource(datasource())
        .query(sql)
        .definition(sql)
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .allow_custom_value(False)
    )


def of_devices(page: Page) -> list[Builder[VariableModel]]:
    """Return the choices of dashboards about devices: of a site, its spaces and devices, and a step."""
    return [
        site(page),
        spaces(page),
        _several(page, "device", _("Device")),
        steps(page, ("quarter", "hour", "day"), "hour"),
    ]


def steps(page: Page, names: Sequence[str], chosen: str) -> CustomVariable:
    """Return the choice of one step of time among those of `STEPS`."""
    return _fixed(page, "bucket", _("Step"), {name: page.say(STEPS[name]) for name in names}, chosen)


def hours(page: Page, chosen: str) -> CustomVariable:
    """Return the choice of the hours that numbers are about."""
    return _fixed(page, "hours", _("Hours"), {name: page.say(text) for name, text in HOURS.items()}, chosen)


def threshold(page: Page) -> CustomVariable:
    """Return the choice of the dwell from which a visit is a stay, in seconds: edges of the bins."""
    values = {str(seconds): f"{seconds} s" for seconds in _THRESHOLDS_S}
    return _fixed(page, "threshold", _("Threshold"), values, "60")


def _fixed(page: Page, name: str, label: str, values: Mapping[str, str], chosen: str) -> CustomVariable:
    options = [VariableOption(value == chosen, text, value) for value, text in values.items()]
    return (
        CustomVariable(name)
        .label(page.say(label))
        .values(", ".join(f"{option.text} : {option.value}" for option in options))
        .current(VariableOption(True, values[chosen], chosen))
        .options(options)
        .allow_custom_value(False)
    )


def _several(page: Page, name: str, label: str) -> QueryVariable:
    """Return a choice of several values or all. Queries write it array[$name]::text[]: right for no value as well."""
    everything = VariableOption(True, [page.say(_("All"))], ["$__all"])
    return choice(page, name, label).multi(True).include_all(True).current(everything)
