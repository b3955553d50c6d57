"""What is published: a fixed grid, whole and late, in which nobody few can be found."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import httpx
import pytest

from api.access.roles import Role
from api.errors import ParameterError
from api.public.dwell import CellSize, public_rows
from api.public.frames import frame
from api.public.rows import CellState
from api.public.tables import Activity, ParticipantGroup, SurveyAnswer, participants, surveys
from api.ranges import Bucket
from api.tables.dwell import DwellRow
from store.database import connect
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.store.reading.place import BINS, QUARTER, Dwelt, LinePlace, Passed, Place, bins

SITE = "torget"
PUBLIC = f"/api/v1/public/sites/{SITE}"
ZONE = ZoneInfo("Europe/Stockholm")
T = TypeVar("T")


@pytest.mark.parametrize(
    ("text", "bucket", "days", "longer"),
    [
        ("2026-11-20", Bucket.HOUR, 1, "2026-11"),
        ("2028-02", Bucket.DAY, 29, "2028"),
        ("2026", Bucket.MONTH, 365, None),
        ("2026-weeks", Bucket.WEEK, 371, None),
    ],
)
def test_a_frame_is_a_part_of_the_calendar(text: str, bucket: Bucket, days: int, longer: str | None) -> None:
    found = frame(text)
    assert (found.bucket, (found.after - found.first).days, found.longer) == (bucket, days, longer)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13", "1999", "2026-11-20T00", "20261120", "2026-W47", "٢٠٢٦", "2026-11-"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ParameterError, match="public figures are published for"):
        frame(text)


LOCAL = timedelta(hours=1)
VISITS = {"2025-03-03T10": 40, "2025-03-03T11": 2, "2025-03-04T10": 3, "2025-03-05T10": 30, "2025-03-05T16": 9}
"""Visits of one zone by local hour: on one day an hour of few, one day of few, and one that hides it."""
STAYED = {"2025-03-03T10": (18, 2), "2025-03-03T11": (12, 9), "2025-03-03T12": (20, 20), "2025-03-03T13": (7, 0)}
"""Visits of another zone that were no stays, and stays: in one hour two."""


@pytest.fixture
def client(database_url: str) -> Iterator[httpx.Client]:
    """A place that was watched from 3 to 5 March 2025."""
    with connect(database_url, application="test", autocommit=True) as database:
        place = Place(database, SITE, "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.zone("bench", "hall", [(None, None)])
        start = datetime(2025, 3, 3, tzinfo=UTC) - LOCAL
        quarters = [start + QUARTER * number for number in range(3 * 96)]
        place.passes("gate", *(Passed(at, 2, 1) for at in quarters))
        place.dwells("bench", *(Dwelt(at, [VISITS.get(hour(at), 0), *[0] * (BINS - 1)]) for at in quarters))
        place.zone("sofa", "hall", [(None, None)])
        place.dwells("sofa", *(Dwelt(at, bins(b0=left, b10=stays)) for at in quarters for left, stays in [stayed(at)]))
    with serving(database_url, public_sites=SITE) as client:
        client.headers["X-Real-IP"] = "203.0.113.7"  # not from this machine
        yield client


def stayed(at: datetime) -> tuple[int, int]:
    """Return who left the sofa and who stayed, in the quarter-hour that begins here."""
    return STAYED.get(hour(at), (0, 0))


def hour(at: datetime) -> str:
    """Return the local hour that begins here; nothing within an hour."""
    return f"{at + LOCAL:%Y-%m-%dT%H}" if at.minute == 0 else ""


def test_participants_by_gender_hide_who_could_be_found() -> None:
    activities = [
        Activity(1, "concert", "2025-05", 40),
        Activity(2, "fika", "2025-06", 9),
        Activity(3, "fika", "2025-06", None),
    ]
    groups = [
        ParticipantGroup(1, "woman", "adult", 20),
        ParticipantGroup(1, "man", "adult", 12),
        ParticipantGroup(1, "man", "child", 3),
        ParticipantGroup(1, "woman", "child", 5),
        ParticipantGroup(1, "woman", None, 25),
        ParticipantGroup(2, "woman", None, 2),
        ParticipantGroup(2, "man", None, 7),
    ]
    tables = {
        table.table: {(cell.row, cell.column): cell for cell in table.cells}
        for table in participants(activities, groups)
    }
    crossed = tables["gender and age"]
    assert crossed["man", "child"].state is CellState.SUPPRESSED
    assert crossed["man", "child"].count is None
    assert sum(cell.state is CellState.SUPPRESSED for cell in crossed.values()) >= 4
    assert crossed[None, None].count == 40
    by_gender = tables["gender"]  # of the second activity alone: the first is in the table above
    assert {cell.state for cell in by_gender.values() if cell.row} == {CellState.SUPPRESSED}
    assert by_gender[None, None].count == 9
    assert tables["kind of activity and month"]["concert", "2025-06"].count == 0


def test_answers_hide_who_gave_them_and_who_did_not() -> None:
    at = datetime(2025, 5, 1, tzinfo=UTC)

    def answer(text: str, count: int, *, multiple: bool, number: int) -> SurveyAnswer:
        return SurveyAnswer(1, "Vår", at, at, 42, "Trygg?", "Safe?", multiple, text, text, count, number)

    single = [answer("ja", 38, multiple=False, number=1), answer("nej", 4, multiple=False, number=1)]
    several = [answer("buss", 40, multiple=True, number=2), answer("gång", 20, multiple=True, number=2)]
    [found] = surveys([*single, *several])
    first, second = ({cell.row: cell for cell in table.cells} for table in found.tables)
    assert {row: cell.state for row, cell in first.items() if row} == {
        "ja / ja": CellState.SUPPRESSED,
        "nej / nej": CellState.SUPPRESSED,
        "(none)": CellState.SHOWN,
    }
    assert first[None].count == 42
    assert (second["buss / buss"].count, second["gång / gång"].count) == (None, 20)


@pytest.mark.chain
def test_everybody_has_the_grid_of_public_sites_and_nothing_else(client: httpx.Client) -> None:
    assert [site["site"] for site in client.get("/api/v1/public/sites").json()] == [SITE]
    assert client.get(f"/api/v1/sites/{SITE}").status_code == 401
    assert client.get("/api/v1/public/sites/other/passages/2025").status_code == 401
    for more in ("passages/2025-03-03", "passages/2025-03", "passages/2025", "passages/2025-weeks", "dwell/2025-03"):
        assert client.get(f"{PUBLIC}/{more}").status_code == 200, more
    for more in ("passages/2025-03-03T10:00", "dwell/2025-weeks", "passages/live", "participants/1", "dwell/2025-3"):
        assert client.get(f"{PUBLIC}/{more}").status_code == 422, more


@pytest.mark.chain
def test_passages_are_published_as_they_are_and_what_was_not_watched_is_missing(client: httpx.Client) -> None:
    shown = client.get(f"{PUBLIC}/passages/2025-03-03").json()
    assert [row["entries"] for row in shown["site"]["rows"]] == [8] * 24
    assert {row["state"] for row in shown["site"]["rows"]} == {"shown"}
    days = client.get(f"{PUBLIC}/passages/2025-03").json()["borders"]["rows"]
    assert [(row["forward"], row["state"]) for row in days[1:4]] == [(None, "missing"), (192, "shown"), (192, "shown")]
    weeks = client.get(f"{PUBLIC}/passages/2025-weeks").json()["site"]["rows"]
    assert len(weeks) == 52


def while_a_day_lasts(ask: Callable[[date], T]) -> T:
    """Return what is answered of the day that the site's clocks show, before and after it was asked."""
    while True:
        day = datetime.now(ZONE).date()
        answer = ask(day)
        if day == datetime.now(ZONE).date():
            return answer


@pytest.mark.chain
def test_today_and_the_month_that_goes_on_are_not_published(database_url: str, client: httpx.Client) -> None:
    today, passages, dwell, year = while_a_day_lasts(
        lambda day: (
            day,
            client.get(f"{PUBLIC}/passages/{day}"),
            client.get(f"{PUBLIC}/dwell/{day:%Y-%m}"),
            client.get(f"{PUBLIC}/participants/{day.year}"),
        )
    )
    assert passages.json()["site"]["rows"] == [], today
    assert dwell.json()["rows"] == []
    assert (year.status_code, "when the year is over" in year.json()["detail"]) == (422, True)
    key = new_key(database_url, "web", Role.PUBLIC, [SITE])
    assert client.get(f"{PUBLIC}/participants/2025", headers=bearer(key)).status_code == 200
    assert client.get(f"{PUBLIC}/surveys/2025", headers=bearer(key)).json() == []


@pytest.mark.chain
def test_dwell_of_few_visits_is_suppressed_and_so_is_what_would_tell_it(client: httpx.Client) -> None:
    def shown(frame_: str) -> dict[str, tuple[str, int | None, str | None]]:
        rows = [row for row in client.get(f"{PUBLIC}/dwell/{frame_}").json()["rows"] if row["zone"] == "bench"]
        return {row["start_local"][:13]: (row["state"], row["visits"], row["longer"]) for row in rows}

    days = shown("2025-03")
    assert days["2025-03-03T00"] == ("shown", 42, None)
    assert days["2025-03-04T00"] == days["2025-03-05T00"] == ("suppressed", None, "2025")
    assert days["2025-03-10T00"] == ("missing", None, None)
    hours = shown("2025-03-03")
    assert len(hours) == 24
    assert hours["2025-03-03T10"] == hours["2025-03-03T11"] == ("suppressed", None, "2025-03")
    assert hours["2025-03-03T12"] == ("shown", 0, None)
    assert {state for state, _, _ in shown("2025-03-05").values()} == {"suppressed"}
    assert shown("2025")["2025-03-01T00"] == ("missing", None, None), "three days of it were watched"


@pytest.mark.chain
def test_a_share_of_few_who_stayed_or_did_not_is_suppressed_and_so_is_what_would_tell_it(client: httpx.Client) -> None:
    """The visits are shown all the same; never the number of stays, nor its bounds."""
    hours = [row for row in client.get(f"{PUBLIC}/dwell/2025-03-03").json()["rows"] if row["zone"] == "sofa"]
    assert not {"stays", "stays_low", "stays_high"} & hours[0].keys()
    found = [(row["state"], row["visits"], row["share_state"], row["share"], row["longer"]) for row in hours[9:15]]
    assert found == [
        ("shown", 0, "shown", None, None),
        ("shown", 20, "suppressed", None, "2025-03"),  # two stayed
        ("shown", 21, "suppressed", None, "2025-03"),  # what the day has more than the others
        ("shown", 40, "shown", 0.5, None),
        ("shown", 7, "shown", 0, None),
        ("shown", 0, "shown", None, None),
    ]
    assert [row["median_s"] for row in hours[10:12]] == [None, None]
    days = [row for row in client.get(f"{PUBLIC}/dwell/2025-03").json()["rows"] if row["zone"] == "sofa"]
    assert (days[2]["visits"], days[2]["share_state"], days[2]["share"]) == (88, "shown", 0.3523)


def test_a_share_between_wide_bounds_is_withheld_where_nobody_few_would_be_found() -> None:
    """By the rows alone: many were lost from sight, and that is what the cell says."""
    at = datetime(2025, 3, 1, tzinfo=UTC) - LOCAL
    end = datetime(2025, 3, 31, 22, tzinfo=UTC)
    row = DwellRow.model_construct(
        **dict.fromkeys(DwellRow.model_fields),
    ).model_copy(
        update={
            "zone": "bench",
            "name_sv": "",
            "name_en": "",
            "start_utc": at,
            "end_utc": end,
            "start_local": at.replace(tzinfo=None),
            "utc_offset": "+01:00",
            "threshold_s": 60,
            "entered": 100,
            "stays": 40.5,
            "stays_low": 30,
            "stays_high": 60,
            "wide": True,
            "share": 0.405,
            "coverage": 1.0,
            "median_s": 50.0,
        }
    )
    size = CellSize("bench", at, end, 100, 30, 60, 0, 0)
    sizes = {Bucket.MONTH: [size], Bucket.DAY: [], Bucket.HOUR: []}
    [public] = public_rows([row], sizes, frame("2025"))
    assert (public.state, public.share_state, public.share, public.visits) == ("shown", "wide", None, 100)
