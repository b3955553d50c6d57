"""Planning over HTTP: the same again makes nothing twice, and nothing that somebody has touched is changed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from platspuls.embedded.postgres import Cluster
from platspuls_client import Client, models
from store.database import connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.api.planning.test_calendar_file import calendar, event
from tests.api.serving import serving
from tests.store.registry.example import example, loaded

pytestmark = pytest.mark.chain

MONDAY = date.fromisocalendar(datetime.now(UTC).year + 1, 10, 1)
CHESS = {"weekday": 1, "from": "17:00", "to": "19:00", "kind": "game", "title": "Schack", "space": "gangtunneln"}
JAZZ = {"weekday": 5, "from": "22:00", "to": "02:00", "kind": "concert", "title": "Jazz", "organiser": "Klubben"}
SPAN = {"first": MONDAY.isoformat(), "until": (MONDAY + timedelta(days=13)).isoformat()}


@pytest.fixture(scope="module")
def api(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    cluster.create_database("planning")
    url = cluster.url("planning")
    with connect(url, application="test", autocommit=True) as database:
        migrate(database)
        apply(database, loaded(tmp_path_factory.mktemp("site"), example()))
    with serving(url, request_burst=10_000) as client:
        yield client


@pytest.fixture
def site(api: httpx.Client) -> Iterator[httpx.Client]:
    """The site without activities."""
    yield api
    for one in activities(api):
        gone = {"version": one["version"], "reason": "Prov"}
        api.delete(f"/api/v1/sites/haninge-entre/activities/{one['activity_id']}", params=gone).raise_for_status()


def activities(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/sites/haninge-entre/activities", params={"limit": 500}).json()[
        "records"
    ]
    return sorted(found, key=lambda one: (one["starts_at"], one["title"]))


def plan(client: httpx.Client, **fields: object) -> dict[str, list[dict[str, Any]]]:
    answer = client.post("/api/v1/sites/haninge-entre/activity-plan", json={**SPAN, **fields})
    assert answer.status_code == 200, answer.text
    said: dict[str, list[dict[str, Any]]] = answer.json()
    return said


def imported(client: httpx.Client, body: bytes, **asked: object) -> dict[str, list[dict[str, Any]]]:
    params = {**SPAN, **{name: str(value).lower() for name, value in asked.items()}}
    headers = {"Content-Type": "text/calendar"}
    answer = client.post("/api/v1/sites/haninge-entre/activity-plan/ics", params=params, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    said: dict[str, list[dict[str, Any]]] = answer.json()
    return said


def counts(said: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    return {name: len(found) for name, found in said.items() if found}


def local(activity: dict[str, Any]) -> str:
    return f"{datetime.fromisoformat(activity['starts_at']).astimezone(ZoneInfo('Europe/Stockholm')):%a %H:%M}"


def test_items_a_template_and_a_copied_week_make_the_same_once(site: httpx.Client) -> None:
    assert counts(plan(site, items=[CHESS, JAZZ], dry_run=True)) == {"made": 4}
    assert activities(site) == []
    said = plan(site, items=[CHESS, JAZZ])
    assert [local(one) for one in said["made"]] == ["Mon 17:00", "Fri 22:00"] * 2
    assert {one["status"] for one in activities(site)} == {"planned"}
    assert counts(plan(site, items=[CHESS, JAZZ])) == {"there": 4}
    template = {"name": "Vår", "items": [CHESS, JAZZ]}
    number = site.post("/api/v1/sites/haninge-entre/activity-templates", json=template).json()["activity_template_id"]
    assert counts(plan(site, template=number)) == {"there": 4}
    week, after = f"{MONDAY:%G-W%V}", (MONDAY + timedelta(days=20)).isoformat()
    assert counts(plan(site, copy_week=week, until=after)) == {"made": 2, "there": 4}
    assert [local(one) for one in activities(site)] == ["Mon 17:00", "Fri 22:00"] * 3
    assert activities(site)[1]["organiser"] == "Klubben"


def test_what_somebody_made_by_hand_isnt_made_again_and_cancelled_ones_arent_copied(site: httpx.Client) -> None:
    starts = datetime.combine(MONDAY, datetime.min.time(), ZoneInfo("Europe/Stockholm")) + timedelta(hours=17)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()}
    path = "/api/v1/sites/haninge-entre/activities"
    site.post(path, json={"kind": "game", "title": "Schack", **times}).raise_for_status()
    site.post(path, json={"kind": "game", "title": "Go", "status": "cancelled", **times}).raise_for_status()
    assert counts(plan(site, items=[CHESS])) == {"there": 1, "made": 1}
    week = (MONDAY + timedelta(days=7)).isoformat()
    said = plan(site, copy_week=f"{MONDAY:%G-W%V}", first=week, until=week)
    assert [one["title"] for one in said["there"] + said["made"]] == ["Schack"]


def test_a_file_makes_nothing_twice_and_what_changed_in_it_changes_what_is_planned(site: httpx.Client) -> None:
    def series(*lines: str) -> bytes:
        repeats = ("RRULE:FREQ=WEEKLY;COUNT=2", *lines)
        other = event("SUMMARY:Dans", f"DTSTART:{MONDAY:%Y%m%d}T200000", uid="b")
        return calendar(event("SUMMARY:Kör", f"DTSTART:{MONDAY:%Y%m%d}T170000", *repeats), other)

    first = series("DURATION:PT1H")
    assert counts(imported(site, first, dry_run=True)) == {"made": 3}
    assert counts(imported(site, first)) == {"made": 3}
    assert counts(imported(site, first)) == {"there": 3}
    assert {one["entered_via"] for one in activities(site)} == {"import"}
    choir = activities(site)[0]
    path = f"/api/v1/sites/haninge-entre/activities/{choir['activity_id']}"
    site.patch(path, json={"note": "Med piano"}, params={"version": 1}).raise_for_status()
    longer = series("DURATION:PT2H")
    assert counts(imported(site, longer)) == {"kept": 1, "changed": 1, "there": 1}
    assert [one["version"] for one in activities(site)] == [2, 1, 2]
    gone = calendar(event("SUMMARY:Dans", f"DTSTART:{MONDAY:%Y%m%d}T200000", "STATUS:CANCELLED", uid="b"))
    assert counts(imported(site, gone)) == {"changed": 1}
    assert [one["status"] for one in activities(site)] == ["planned", "cancelled", "planned"]
    assert counts(imported(site, gone)) == {"there": 1}


def test_the_python_client_plans_alike(site: httpx.Client) -> None:
    items = [models.TemplateItem(weekday=1, from_="17:00", to="19:00", kind="game", title="Schack")]
    with Client(str(site.base_url)) as client:
        said = client.logbook.plan("haninge-entre", models.PlanFields(items=items, **SPAN))
        assert [one.title for one in said.made] == ["Schack"] * 2
        body = calendar(event("SUMMARY:Dans", f"DTSTART:{MONDAY:%Y%m%d}T200000", uid="c"))
        days = (MONDAY, MONDAY + timedelta(days=1))
        assert len(client.logbook.plan_calendar("haninge-entre", body, *days, kind="concert", dry_run=True).made) == 1
        assert client.logbook.plan_calendar("haninge-entre", body, *days, kind="concert").made[0].kind == "concert"


def test_what_cant_be_planned_is_refused_and_nothing_is_made(site: httpx.Client) -> None:
    path = "/api/v1/sites/haninge-entre/activity-plan"
    for fields, why in (
        ({}, "give exactly one"),
        ({"items": [CHESS], "template": 1}, "give exactly one"),
        ({"template": 999_999}, "template 999999"),
        ({"copy_week": "2027-W60"}, "copy_week 2027-W60: there is no such week"),
        ({"items": [CHESS], "first": "2027-02-30"}, "first 2027-02-30: there is no such date"),
        ({"items": [CHESS], "until": "2020-01-01"}, "until 2020-01-01"),
        ({"items": [CHESS], "first": "0001-01-01", "until": "0001-01-01"}, "first 0001-01-01 must lie between"),
        ({"items": [CHESS], "first": "9999-12-31", "until": "9999-12-31"}, "first 9999-12-31 must lie between"),
        ({"copy_week": "0001-W01"}, "copy_week 0001-W01 must lie between"),
        ({"copy_week": "9999-W52"}, "copy_week 9999-W52 must lie between"),
        ({"items": [CHESS | {"space": "cellar"}]}, "Schack at "),
        ({"items": [CHESS, CHESS | {"title": "Ring anna@example.se"}]}, "must not identify anybody"),
    ):  # fmt: skip
        answer = site.post(path, json={**SPAN, **fields})
        assert (answer.status_code, why in answer.json()["detail"]) == (422, True), answer.text
    ends = {"first": "9999-12-31", "until": "9999-12-31"}
    answer = site.post(f"{path}/ics", params=ends, content=b"", headers={"Content-Type": "text/calendar"})
    assert (answer.status_code, "must lie between" in answer.json()["detail"]) == (422, True)
    answer = site.post(f"{path}/ics", params=SPAN, content=b"hello", headers={"Content-Type": "text/calendar"})
    assert (answer.status_code, "isn't a calendar" in answer.json()["detail"]) == (422, True)
    assert activities(site) == []
