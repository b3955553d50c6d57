"""The reader's choices: site, then its spaces, devices and studies; step of time, hours and threshold.

Nobody types into SQL.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from grafana_foundation_sdk.builders.dashboard import CustomVariable, QueryVariable
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh

from dashboards.language import Text
from dashboards.page import Page
from dashboards.query import datasource, statement
from dashboards.texts import common

STEPS: Final[Mapping[str, Text]] = {
    "quarter": common.QUARTER,
    "hour": common.HOUR,
    "day": common.DAY,
    "week": common.WEEK,
    "month": common.MONTH,
}
HOURS: Final[Mapping[str, Text]] = {
    "all": common.HOURS_ALL,
    "open": common.HOURS_OPEN,
    "staffed": common.HOURS_STAFFED,
}
_THRESHOLDS_S: Final = (30, 60, 120, 180, 300, 600, 900, 1800, 3600)


def site(page: Page) -> QueryVariable:
    """Return the choice of one site."""
    return _one(page, "site", common.SITE)


def spaces(page: Page) -> QueryVariable:
    """Return the choice of the site's spaces."""
    return _several(page, "space", common.SPACE)


def devices(page: Page) -> QueryVariable:
    """Return the choice of the site's devices."""
    return _several(page, "device", common.DEVICE)


def study(page: Page) -> QueryVariable:
    """Return the choice of one of the site's studies, the newest first."""
    return _one(page, "study", common.STUDY)


def phase(page: Page, name: str, title: Text) -> QueryVariable:
    """Return the choice of one of the study's phases, named `name`; from `sql/NAME.sql`."""
    return _one(page, name, title)


def steps(page: Page, names: Sequence[str], chosen: str) -> CustomVariable:
    """Return the choice of one step of time among those of `STEPS`."""
    return _fixed(page, "bucket", common.BUCKET, {name: page.say(STEPS[name]) for name in names}, chosen)


def hours(page: Page, chosen: str) -> CustomVariable:
    """Return the choice of the hours that numbers are about."""
    return _fixed(page, "hours", common.HOURS, {name: page.say(text) for name, text in HOURS.items()}, chosen)


def threshold(page: Page) -> CustomVariable:
    """Return the choice of the dwell from which a visit is a stay, in seconds: edges of the bins."""
    values = {str(seconds): f"{seconds} s" for seconds in _THRESHOLDS_S}
    return _fixed(page, "threshold", common.THRESHOLD, values, "60")


def _fixed(page: Page, name: str, label: Text, values: Mapping[str, str], chosen: str) -> CustomVariable:
    options = [VariableOption(value == chosen, text, value) for value, text in values.items()]
    return (
        CustomVariable(name)
        .label(page.say(label))
        .values(", ".join(f"{option.text} : {option.value}" for option in options))
        .current(VariableOption(True, values[chosen], chosen))
        .options(options)
        .allow_custom_value(False)
    )


def _one(page: Page, name: str, label: Text) -> QueryVariable:
    """Return a choice of one value, from `sql/NAME.sql`. Queries write it '$name'."""
    sql = statement(name, page.language)
    return (
        QueryVariable(name)
        .label(page.say(label))
        .datasource(datasource())
        .query(sql)
        .definition(sql)
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .allow_custom_value(False)
    )


def _several(page: Page, name: str, label: Text) -> QueryVariable:
    """Return a choice of several values or all. Queries write it array[$name]::text[]: right for no value as well."""
    everything = VariableOption(True, [page.say(common.ALL)], ["$__all"])
    return _one(page, name, label).multi(True).include_all(True).current(everything)
