"""The statements of each batch read by index among hundreds of thousands of rows, for these values and for any."""

# ruff: noqa: S608 - the questions are put together from our own words

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from core import wire
from ingest.batch.catalogue import PartId
from ingest.batch.delivery import DeliveryId
from ingest.batch.parameters import as_json
from ingest.batch.plan import PlacedFact, origin_of
from ingest.batch.rows import LINE_FLOW, ZONE_FLOW
from ingest.batch.setups import SetupNumber
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect, statement
from tests.support.small_site import EPOCH, flow, make_site

pytestmark = pytest.mark.chain

DEVICES = 20_000
QUARTERS = 30_000
FIRST_S = 1_735_689_600  # 2025-01-01T00:00Z
ASKED = 100


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database writer_plans template platspuls_template")
    with connect(cluster.url("writer_plans"), application="tests", autocommit=True) as database:
        make_site(database)
        fill(database)
        yield database


def fill(database: Database) -> None:
    """Put in what years leave behind, without the checks that would take most of the time."""
    database.execute("set session_replication_role = replica")
    devices = f"generate_series(2, {DEVICES}) as n"
    some = f"generate_series(1, {DEVICES // 10}) as n"
    parts = "generate_series(1, 10) as part"
    times = f"generate_series(0, {QUARTERS - 1}) as n, to_timestamp({FIRST_S} + 900 * n) as start"
    for rest in (
        f"device (site_id, key, name_sv, name_en) select 1, 'd' || n, 'x', 'x' from {devices}",
        f"delivery (device_id, epoch, stored) select n, '{EPOCH}', '{{[1,1000)}}' from {devices}",
        f"data_version select n, date '2025-01-01' + d from {some}, generate_series(0, 60) as d",
        f"line_quarter select part, start, 1, 1, 1, 1, 1, 900000, 32767, 0 from {parts}, {times}",
        f"zone_quarter select part, start, 1, 1, 1, 1, 1, 60, 1, 900000, 32767, 0 from {parts}, {times}",
        f"zone_dwell select 1, start, 1, 1, 1, {', '.join(['1'] * 75)}, 900000, 0 from {times}",
    ):
        database.execute(f"insert into platspuls.{rest}".encode())
    database.execute("set session_replication_role = origin")
    database.execute("analyze")


def placed(part: str) -> list[PlacedFact[Any]]:
    """Return facts of the minutes after all that is there."""
    record = flow(1, 0)
    after_s = FIRST_S + 900 * QUARTERS
    return [_placed(part, record, after_s + 60 * n) for n in range(ASKED)]


def _placed(part: str, record: wire.FlowRecord, start_s: int) -> PlacedFact[Any]:
    source = origin_of(record, start_s, DeliveryId(1), SetupNumber(1))
    return PlacedFact((PartId(1), source.quarter_s), source, (record.lines if part == "line" else zones())[0])


def zones() -> Sequence[Any]:
    return flow(1, 0, zones=["stage"]).zones


KEYS = as_json([{"d": n * 7 + 1, "e": EPOCH} for n in range(ASKED)])
SPAN: Mapping[str, object] = {
    "keys": as_json([{"i": 1, "s": FIRST_S + 900 * n} for n in range(ASKED)]),
    "first": FIRST_S,
    "last": FIRST_S + 900 * ASKED,
}
SETTLED = [{"i": n * 7 + 1, "m": 1000, "s": "{[1000,1001)}", "r": "{}", "l": "{}"} for n in range(ASKED)]
HOT: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "delivery/device_lock": ("device", {"devices": [n * 7 + 1 for n in range(ASKED)]}),
    "delivery/read": ("delivery", {"keys": KEYS}),
    "delivery/settle": ("delivery", {"settled": as_json(SETTLED)}),
    "quarantine/held_resolve": ("device", {"devices": [n * 7 + 1 for n in range(ASKED)]}),
    "facts/line_minutes": ("line_quarter", SPAN),
    "facts/zone_minutes": ("zone_quarter", SPAN),
    "facts/dwell_minutes": ("zone_dwell", SPAN),
}
ADDED: Mapping[str, Mapping[str, object]] = {
    "facts/data_version_raise": {"days": as_json([{"d": n + 1, "s": FIRST_S} for n in range(ASKED)])},
    "facts/line_flow_insert": LINE_FLOW.parameters(placed("line")),
    "facts/zone_flow_insert": ZONE_FLOW.parameters(placed("zone")),
}
LARGE = {"device", "delivery", "data_version", "line_quarter", "zone_quarter", "zone_dwell"}


def plan(database: Database, name: str, values: Mapping[str, object], *, generic: bool) -> list[dict[str, Any]]:
    """Run the statement, undo it, and return the nodes of its plan."""
    explained = f"explain (analyze, buffers, format json) {statement(name)}".encode()
    with database.transaction(force_rollback=True):
        mode = b"force_generic_plan" if generic else b"force_custom_plan"
        database.execute(b"set local plan_cache_mode = " + mode)
        [(found,)] = database.execute(explained, values, prepare=generic).fetchall()
    nodes, waiting = [], [(found if isinstance(found, list) else json.loads(found))[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        nodes.append(node)
    return nodes


def assert_no_table_is_read_whole(nodes: Sequence[Mapping[str, Any]]) -> None:
    for node in nodes:
        if node.get("Relation Name") in LARGE and "Scan" in node["Node Type"]:
            assert node["Node Type"] != "Seq Scan", node["Relation Name"]
            touched = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            assert touched <= 2 * ASKED, node


@pytest.mark.parametrize("generic", [False, True], ids=["for these values", "for any values"])
@pytest.mark.parametrize("name", HOT)
def test_what_each_batch_asks_is_read_by_index(database: Database, name: str, generic: bool) -> None:
    relation, values = HOT[name]
    generic = generic and not name.endswith("_minutes")  # these are planned anew each time
    nodes = plan(database, name, values, generic=generic)
    assert relation in {node.get("Relation Name") for node in nodes}
    assert_no_table_is_read_whole(nodes)


@pytest.mark.parametrize("generic", [False, True], ids=["for these values", "for any values"])
@pytest.mark.parametrize("name", ADDED)
def test_what_each_batch_adds_touches_few_pages(database: Database, name: str, generic: bool) -> None:
    nodes = plan(database, name, ADDED[name], generic=generic)
    assert_no_table_is_read_whole(nodes)
    pages = nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"]
    assert pages <= 30 * ASKED
