"""The files against the models of Grafana's own SDK, which come from the schemas that Grafana publishes.

No package carries those schemas as JSON. What the SDK reads and writes again is the same file, so it knows every
member; and every value is what the SDK's annotations say.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.dashboards.typed import members
from tests.dashboards.walk import FILES, load

register_default_plugins()
# Swedish differs in its texts alone (tests/dashboards/test_files.py).
ENGLISH = [path for path in FILES if path.stem.endswith(".en")]
each_file = pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)


def read(content: dict[str, Any]) -> Dashboard:
    return Dashboard.from_json(deepcopy(content))


@each_file
def test_the_sdk_knows_every_member(path: Path) -> None:
    content = json.loads(json.dumps(read(load(path)), cls=JSONEncoder))
    for part in (*content["links"], *content["annotations"].get("list", [])):
        del part["placement"]  # which it adds of its own, see dashboards/build.py
    assert content == load(path)


@each_file
def test_every_value_is_of_the_kind_that_the_sdk_says(path: Path) -> None:
    assert list(members(read(load(path)), "dashboard")) == []


BROKEN = [
    (("panels", 1, "options", "textMode"), "loud", "BigValueTextMode"),
    (("panels", 1, "fieldConfig", "defaults", "thresholds", "mode"), "relative", "ThresholdsMode"),
    (("panels", 1, "gridPos", "w"), "8", "isn't of type int"),
    (("refresh",), 30, "refresh"),
    (("templating", "list", 0, "multi"), "yes", "isn't of type bool"),
    (("graphTooltip",), 7, "DashboardCursorSync"),
]


@pytest.mark.parametrize(("path", "value", "said"), BROKEN)
def test_what_is_wrong_is_found(path: tuple[str | int, ...], value: object, said: str) -> None:
    content = load(next(file for file in FILES if file.stem == "live-flow.en"))
    part: Any = content
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    assert said in "; ".join(members(read(content), "dashboard"))


def test_a_member_that_nobody_knows_is_lost_on_the_way() -> None:
    content = load(FILES[0])
    content["panels"][1]["options"]["flicker"] = True
    assert "flicker" not in json.dumps(read(content), cls=JSONEncoder)
