"""An evaluator's six questions, each one request; each answer is worked out again in plain Python."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import pytest

from core.wire import BIN_EDGES_S
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.routes.participants_by_hand import by_hand_participants, drawn_activity
from tests.api.serving import serving
from tests.store.reading import by_hand
from tests.store.reading.place import BINS, QUARTER, Dwelt, LinePlace, Passed, Place

pytestmark = pytest.mark.chain

ZONE: Final = ZoneInfo("Europe/Stockholm")
FIRST, AFTER = date(2025, 9, 29), date(2025, 11, 10)
"""Weeks 40 to 45. Clocks go back on the 26th of October, a Sunday."""
WEEKLY: Final = {1: [(10, 24)], 7: [(0, 4)], **{day: [(0, 2), (10, 24)] for day in range(2, 7)}}
"""Open from ten until two in the morning: hours after midnight are those of the next day. Hours, by ISO weekday."""
EXCEPTIONS: Final[dict[date, list[tuple[int, int]]]] = {date(2025, 11, 1): [], date(2025, 10, 31): [(12, 24)]}
"""Closed on All Saints' Day, and open from noon the day before."""
POOR: Final = {date(2025, 10, 3): 0.3, date(2025, 10, 15): 0.12, date(2025, 10, 26): 0.6, date(2025, 11, 4): 0.05}
"""How much of the gate's time is missing on some days."""


@dataclass(slots=True)
class World:
    client: httpx.Client
    passed: dict[str, list[Passed]] = field(default_factory=dict)
    dwelt: list[Dwelt] = field(default_factory=list)

    def asked_dwell(self) -> list[Dwelt]:
        """Return the quarter-hours of weeks 40 to 45."""
        return [one for one in self.dwelt if FIRST <= one.start.astimezone(ZONE).date() < AFTER]

    def rows(self, path: str, **parameters: object) -> list[dict[str, Any]]:
        return list(self.answer(path, **parameters)["rows"])

    def answer(self, path: str, **parameters: object) -> dict[str, Any]:
        answer = self.client.get(f"/api/v1/sites/tunnel/{path}", params={k: str(v) for k, v in parameters.items()})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        database.execute(b"create database six_questions template platspuls_template")
    url = cluster.url("six_questions")
    with serving(url) as client, connect(url, application="tests", autocommit=True) as database:
        found = World(client)
        fill(database, found)
        yield found


def fill(database: Database, world: World) -> None:
    chance = random.Random(6)
    place = Place(database, "tunnel", ZONE.key)
    place.space("hall")
    place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
    place.line(LinePlace("back", "main", "hall", None, [(None, None)]))
    place.zone("bench", "hall", [(None, None)])
    for kind, day, opens, closes in hours():
        table = "site_hours (site_id, kind, valid_from, weekday, opens, closes)"
        into = f"insert into platspuls.{table} select site_id, 'open', '2025-01-01', %s, %s, %s from platspuls.site"  # noqa: S608 - ours
        if kind == "exception":
            table = "site_exception (site_id, kind, day, opens, closes)"
            into = f"insert into platspuls.{table} select site_id, 'open', %s, %s, %s from platspuls.site"  # noqa: S608 - ours
        database.execute(into.encode(), (day, opens, closes))
    start, end = (datetime.combine(day, time.min, ZONE).astimezone(UTC) for day in (FIRST, AFTER))
    quarters = [start + QUARTER * n for n in range((end - start) // QUARTER)]
    for line in ("gate", "back"):
        missing = POOR if line == "gate" else {}
        world.passed[line] = [
            Passed(at, chance.randrange(9), chance.randrange(9))
            for at in quarters
            if chance.random() >= missing.get(at.astimezone(ZONE).date(), 0)
        ]
        place.passes(line, *world.passed[line])
    # An hour more on both sides: what is next to missing time isn't known for dwell.
    for at in (start + QUARTER * n for n in range(-4, len(quarters) + 4)):
        complete = [chance.randrange(3) if chance.random() < 0.3 else 0 for _ in range(BINS)]
        cut = [int(chance.random() < 0.02) for _ in range(BINS)]
        world.dwelt.append(Dwelt(at, complete, cut))
    place.dwells("bench", *world.dwelt)


def hours() -> Iterator[tuple[str, object, str | None, str | None]]:
    for weekday, spans in WEEKLY.items():
        yield from (("weekly", weekday, f"{opens}:00", f"{closes}:00") for opens, closes in spans)
    for day, spans in EXCEPTIONS.items():
        yield from (("exception", day, f"{opens}:00", f"{closes}:00") for opens, closes in spans or [])
        if not spans:
            yield "exception", day, None, None


def is_open(at: datetime) -> bool:
    local = at.astimezone(ZONE)
    spans = EXCEPTIONS.get(local.date(), WEEKLY.get(local.isoweekday(), []))
    return any(opens <= local.hour < closes for opens, closes in spans)


def pooled(quarters: Sequence[Dwelt]) -> list[Fraction]:
    return by_hand.survival(*([sum(counts) for counts in zip(*(getattr(one, kind) for one in quarters), strict=True)]
                              for kind in ("complete", "cut")))  # fmt: skip


def share_and_median(quarters: Sequence[Dwelt], threshold_s: int = 60) -> tuple[float, float | None]:
    curve = pooled(quarters)
    return by_hand.rounded(curve[BIN_EDGES_S.index(threshold_s)], 4), by_hand.quantile(curve, Fraction(1, 2))


def test_1_dwell_of_a_month_by_hour(world: World) -> None:
    rows = world.rows("dwell", period="2025-10", bucket="hour")
    assert len(rows) == 31 * 24 + 1
    by_hour: dict[str, list[Dwelt]] = {}
    for one in world.dwelt:
        by_hour.setdefault(f"{one.start.replace(minute=0):%Y-%m-%dT%H:%M:%SZ}", []).append(one)
    for row in rows:
        of = by_hour[row["start_utc"]]
        assert row["entered"] == sum(sum(one.complete) + sum(one.cut) for one in of)
        share, _ = share_and_median(of)
        assert row["share"] == pytest.approx(share, abs=0.0001)


def test_2_the_share_who_stay_by_weekday_and_hour(world: World) -> None:
    rows = world.rows("dwell/profile", period="2025-W40..2025-W45", by="weekday_hour")
    groups: dict[tuple[int, int], list[Dwelt]] = {}
    for one in world.asked_dwell():
        local = one.start.astimezone(ZONE)
        groups.setdefault((local.isoweekday(), local.hour), []).append(one)
    assert {(row["weekday"], row["hour"]): row["share"] for row in rows} == pytest.approx(
        {group: share_and_median(of)[0] for group, of in groups.items()}, abs=0.0001
    )


def test_3_the_median_dwell_on_saturdays(world: World) -> None:
    [row] = [
        row for row in world.rows("dwell/profile", period="2025-W40..2025-W45", by="weekday") if row["weekday"] == 6
    ]
    saturdays = [one for one in world.dwelt if one.start.astimezone(ZONE).isoweekday() == 6]
    assert row["median_s"] == pytest.approx(share_and_median(saturdays)[1], abs=0.1)


def test_4_participants_by_age_group_for_each_kind_of_activity(world: World) -> None:
    chance = random.Random(4)
    activities = [drawn_activity(chance) for _ in range(12)]
    for one in activities:
        world.client.post("/api/v1/sites/tunnel/activities", json=one).raise_for_status()
    rows = world.rows("activities/participants", period="2026-09-28..2026-11-05", by="kind_age")
    counts = ("activities", "activities_counted", "participants", "participants_estimated", "participants_most")
    names = (*counts, "figure")
    found = {(row["activity_kind"], row["gender"], row["age"]): [row[name] for name in names] for row in rows}
    assert found == by_hand_participants(activities, ("age",))


def test_5_entries_in_open_hours_without_days_of_low_coverage(world: World) -> None:
    answer = world.answer("flow", period="2025-W40..2025-W45", bucket="day", hours="open", min_coverage=0.9)
    entries: dict[str, int | None] = {}
    low: dict[str, float] = {}
    for n in range((AFTER - FIRST).days):
        day = FIRST + timedelta(days=n)
        start, end = (datetime.combine(at, time.min, ZONE).astimezone(UTC) for at in (day, day + timedelta(days=1)))
        within = [start + QUARTER * q for q in range((end - start) // QUARTER) if is_open(start + QUARTER * q)]
        seen = {
            line: {one.start: one for one in passed if one.start in within} for line, passed in world.passed.items()
        }
        coverage = min((Fraction(len(of), len(within)) for of in seen.values()), default=None) if within else None
        name = f"{day}T00:00:00"
        if coverage is not None and by_hand.rounded(coverage, 4) < 0.9:
            low[name] = by_hand.rounded(coverage, 4)
            continue
        counted = [one.forward for one in seen["gate"].values()] + [one.backward for one in seen["back"].values()]
        entries[name] = sum(counted) if within else None
    assert {row["start_local"]: row["entries"] for row in answer["rows"]} == entries
    assert {cell["start"]: cell["coverage"] for cell in answer["left_out"]["cells"]} == low
    assert set(low) >= {"2025-10-03T00:00:00", "2025-10-26T00:00:00"}
    assert answer["left_out"]["count"] == len(low) < len(POOR), "a day that was poor while it was closed stays"
    assert entries["2025-11-01T00:00:00"] is None, "closed all day"


def test_6_what_has_changed_since_a_file_was_made(world: World) -> None:
    asked = {"period": "2025-W40..2025-W45", "bucket": "day"}
    file = world.client.get("/api/v1/sites/tunnel/flow.csv", params=asked)
    version = file.headers["platspuls-data-version"]
    times = {"starts_at": "2025-10-03T08:00:00Z", "ends_at": "2025-10-03T09:00:00Z"}
    fields = {"line": "gate", "reason": "x", "result_seen": False, **times}
    world.client.post("/api/v1/sites/tunnel/exclusions", json=fields).raise_for_status()
    changes = world.answer("changes", since=version)["changes"]
    assert [(one["kind"], one["action"], one["part"], one["starts_at"]) for one in changes] == [
        ("exclusion", "create", "gate", times["starts_at"])
    ]
