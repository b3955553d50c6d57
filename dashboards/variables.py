"""The dashboard's choices: site, then its spaces and devices, and the step of time. Nobody types into SQL."""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders.dashboard import CustomVariable, QueryVariable
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import VariableHide, VariableModel, VariableOption, VariableRefresh

from dashboards import texts
from dashboards.language import Text
from dashboards.page import Page
from dashboards.query import datasource, statement


def variables(page: Page) -> Sequence[Builder[VariableModel]]:
    """Return the variables in the order they depend on each other."""
    steps = {"quarter": texts.QUARTER, "hour": texts.HOUR, "day": texts.DAY}
    return [
        _language(page),
        _one("site", page.say(texts.SITE)),
        _several("space", page.say(texts.SPACE), page.say(texts.ALL)),
        _several("device", page.say(texts.DEVICE), page.say(texts.ALL)),
        _step(page, steps, "hour"),
    ]


def _language(page: Page) -> CustomVariable:
    """Return the language that queries take names in: hidden, with one value."""
    code = page.language.value
    return (
        CustomVariable("language")
        .label(page.say(texts.LANGUAGE))
        .values(code)
        .current(VariableOption(True, code, code))
        .options([VariableOption(True, code, code)])
        .hide(VariableHide.HIDE_VARIABLE)
        .allow_custom_value(False)
    )


def _step(page: Page, steps: Mapping[str, Text], chosen: str) -> CustomVariable:
    options = [VariableOption(value == chosen, page.say(text), value) for value, text in steps.items()]
    return (
        CustomVariable("bucket")
        .label(page.say(texts.BUCKET))
        .values(", ".join(f"{option.text} : {option.value}" for option in options))
        .current(VariableOption(True, page.say(steps[chosen]), chosen))
        .options(options)
        .allow_custom_value(False)
    )


def _one(name: str, label: str) -> QueryVariable:
    """Return a choice of one value, from `sql/NAME.sql`. Queries write it '$name'."""
    sql = statement(name)
    return (
        QueryVariable(name)
        .label(label)
        .datasource(datasource())
        .query(sql)
        .definition(sql)
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .allow_custom_value(False)
    )


def _several(name: str, label: str, everything: str) -> QueryVariable:
    """Return a choice of several values or all. Queries write it array[$name]::text[]: right for no value as well."""
    return _one(name, label).multi(True).include_all(True).current(VariableOption(True, [everything], ["$__all"]))
