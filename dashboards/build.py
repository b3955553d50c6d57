"""From the definitions to the files that Grafana reads: the same text each time."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards import live_flow
from dashboards.language import Language

FOLDER: Final = Path(__file__).parent / "json"
_DASHBOARDS: Final[Mapping[str, Callable[[Language], Dashboard]]] = {live_flow.NAME: live_flow.live_flow}


def documents() -> dict[str, str]:
    """Return each dashboard's file name and its text, in every language."""
    return {
        f"{name}.{language}.json": _text(make(language)) for name, make in _DASHBOARDS.items() for language in Language
    }


def _text(dashboard: Dashboard) -> str:
    content = json.loads(json.dumps(dashboard.build(), cls=JSONEncoder))
    # The SDK puts them all into a menu, without a word for "above the panels", which is Grafana's own default.
    for part in (*content["links"], *content["annotations"]["list"]):
        del part["placement"]
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
