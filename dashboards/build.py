"""From the definitions to the files that Grafana reads: the same text each time."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import yaml
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from core.texts.catalog import Language
from dashboards import page
from dashboards.alerts import for_files
from dashboards.boards.delivery import delivery
from dashboards.boards.evaluation import evaluation
from dashboards.boards.live_flow import live_flow
from dashboards.boards.overview import overview
from dashboards.boards.space import space
from dashboards.page import Page

_HEAD: Final = (
    "# Alerts for Grafana, built by `platspuls dashboards build` from dashboards/alerts.py: not edited by hand.\n"
)
_DASHBOARDS: Final[Mapping[str, Callable[[Language], Dashboard]]] = {
    page.LIVE_FLOW: live_flow,
    page.SPACE: space,
    page.EVALUATION: evaluation,
    page.DELIVERY: delivery,
    page.OVERVIEW: overview,
}


def names(*, public_only: bool = False) -> list[str]:
    """Return the names of all dashboards, or of those that anybody may see."""
    return [name for name in _DASHBOARDS if Page(name, Language.EN).is_public or not public_only]


def documents() -> dict[str, str]:
    """Return each dashboard's file name and its text, in every language."""
    return {
        f"{name}.{language}.json": json.dumps(dashboard(name, language), sort_keys=True, indent=2, ensure_ascii=False)
        + "\n"
        for name in _DASHBOARDS
        for language in Language
    }


@cache
def alert_file() -> str:
    """Return all alert rules as a file of Grafana's provisioning folder, queries in lines."""
    return _HEAD + yaml.dump(for_files(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def dashboard(name: str, language: Language) -> dict[str, Any]:
    """Return a dashboard as Grafana reads it."""
    content: dict[str, Any] = json.loads(_built(name, language))
    # The SDK puts them all into a menu, without a word for "above the panels", which is Grafana's own default.
    for part in (*content["links"], *content["annotations"].get("list", [])):
        del part["placement"]
    return content


@cache
def _built(name: str, language: Language) -> str:
    return json.dumps(_DASHBOARDS[name](language).build(), cls=JSONEncoder)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
