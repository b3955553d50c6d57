"""The edges of the dwell bins stand in the wire; whoever can't import them has the same."""

import re
from pathlib import Path

from api.ranges import THRESHOLDS_S
from core.wire import BIN_EDGES_S
from dashboards import variables

ROOT = Path(__file__).parents[2]


def test_the_database_has_the_edges_of_the_wire() -> None:
    [path] = (ROOT / "store" / "sql" / "reading").rglob("*dwell_edges.sql")
    [listed] = re.findall(r"array\[([\d,\s]+)\]", path.read_text())
    assert tuple(int(edge) for edge in listed.split(",")) == BIN_EDGES_S


def test_a_stay_is_asked_for_at_each_edge_but_the_first() -> None:
    assert (0, *THRESHOLDS_S) == BIN_EDGES_S


def test_dashboards_offer_nothing_but_edges() -> None:
    offered = variables._THRESHOLDS_S  # noqa: SLF001 - shown as texts only
    assert set(offered) < set(BIN_EDGES_S)
