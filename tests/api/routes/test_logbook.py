"""What people write, over HTTP: made, changed, withdrawn and listed; refused in words."""

import csv
import io
import itertools
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import openpyxl
import psycopg
import pytest

from api.logbook.kinds import KINDS, RecordKind
from api.routes.openapi_examples import example
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.api.routes.participants_by_hand import by_hand_participants, drawn_activity
from tests.api.serving import serving
from tests.store.registry.example import changed, loaded

_numbers = itertools.count(1)


AT = "2026-10-01T12:00:00+02:00"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Place:
    """A site of its own for each test, in one API."""

    client: httpx.Client
    path: str


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    cluster.create_database("entries")
    with connect(cluster.url("entries"), application="test", autocommit=True) as database:
        migrate(database)
        yield database


@pytest.fixture(scope="module")
def client(cluster: Cluster, database: Database) -> Iterator[httpx.Client]:
    assert not database.closed
    with serving(cluster.url("entries"), request_burst=10_000) as client:
        yield client


@pytest.fixture
def place(client: httpx.Client, database: Database, tmp_path: Path) -> Place:
    key = f"place-{next(_numbers)}"
    apply(database, loaded(tmp_path, changed(('key = "haninge-entre"', f'key = "{key}"'))))
    return Place(client, f"/api/v1/sites/{key}")


def refused(answer: httpx.Response, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"], answer.json()["detail"]


def instants(found: Any) -> Any:  # noqa: ANN401  JSON is anything
    """Return a log record with its times as times, also those within: they may be written in several ways."""
    if isinstance(found, list):
        return [instants(part) for part in found]
    if not isinstance(found, dict):
        return found
    times = {name: datetime.fromisoformat(at) for name, at in found.items() if name.endswith("_at") and at}
    return {name: times.get(name, instants(value)) for name, value in found.items()}


def lived(place: Place, kind: RecordKind) -> None:
    """Make one as its example says, read it, change it, withdraw it, and read what is remembered of it."""
    client, path, small = place.client, f"{place.path}/{kind.path}", kind.small_change()
    made = client.post(path, json=example(kind.fields))
    assert (made.status_code, made.headers.get("etag")) == (201, '"1"'), made.text
    record, where = made.json(), made.headers["location"]
    assert set(record) == set(kind.row.model_fields)
    assert client.get(where).json() == record
    assert client.get(path).json() == {"records": [record], "next": None}
    after = client.patch(where, json=small, headers={"If-Match": '"1"'})
    now = dict.fromkeys(
        ("written_at", "entered_at") if kind.has_origin else ("written_at",), after.json()["written_at"]
    )
    assert after.json() == {**record, **small, "version": 2, **now}
    refused(client.patch(where, json=small, headers={"If-Match": '"1"'}), 412, "has version 2, not 1")
    gone = client.delete(where, params={"version": 2, "reason": "Registrerad två gånger"})
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get(where), 404, "its history shows what was withdrawn")
    refused(client.patch(where, json=small, params={"version": 3}), 409, "was withdrawn")
    history = client.get(f"{where}/history").json()
    assert [(one["version"], one["action"], one["written_by"]) for one in history] == [
        (3, "withdraw", "local"),
        (2, "change", "local"),
        (1, "create", "local"),
    ]
    assert [instants(one["record"]) for one in history[1:]] == [instants(after.json()), instants(record)]
    assert history[0]["record"]["withdrawn_reason"] == "Registrerad två gånger"
    assert [one["valid_to"] for one in history] == [None, history[0]["valid_from"], history[1]["valid_from"]]


@pytest.mark.chain
def test_the_examples_of_the_documentation_can_be_written_and_read(place: Place) -> None:
    study = next(kind for kind in KINDS if kind.entity == "study")
    for kind in KINDS:
        if kind.entity == "phase":
            assert place.client.post(f"{place.path}/{study.path}", json=example(study.fields)).status_code == 201
        lived(place, kind)


@pytest.mark.chain
def test_a_phase_goes_its_way(place: Place) -> None:
    place.client.post(f"{place.path}/studies", json={"study": "amp", "name_sv": "S", "name_en": "E"})
    times = {"starts_at": "2026-10-01T00:00:00Z", "ends_at": "2026-10-08T00:00:00Z", "result_seen": False}
    phase = {"study": "amp", "phase": "baseline", "kind": "baseline", **times}
    where = place.client.post(f"{place.path}/phases", json=phase).headers["location"]
    refused(
        place.client.post(f"{place.path}/phases", json=phase | {"phase": "after"}),
        409,
        "phase baseline of the study has some",
    )
    refused(place.client.post(f"{where}/archive", params={"version": 1}), 409, "must be closed before")
    longer = {"ends_at": "2026-10-15T00:00:00Z", "result_seen": True}
    assert place.client.post(f"{where}/extend", params={"version": 1}, json=longer).json()["result_seen"] is True
    refused(place.client.post(f"{where}/close", params={"version": 2}, json={}), 422, "result_seen must be given")
    closed = place.client.post(f"{where}/close", params={"version": 2}, json={"result_seen": False}).json()
    assert closed["result_seen"] is True  # what was seen once stays seen
    archived = place.client.post(f"{where}/archive", params={"version": 3}).json()
    assert archived["closed_at"] == closed["closed_at"] <= archived["archived_at"]


@pytest.mark.chain
def test_lists_are_limited_by_time_and_kind_and_continued(place: Place) -> None:
    for day in range(1, 8):
        at = {"starts_at": f"2026-10-0{day}T12:00:00+02:00", "ends_at": f"2026-10-0{day}T13:00:00+02:00"}
        kind = "market" if day % 2 else "talk"
        place.client.post(f"{place.path}/activities", json={"kind": kind, "title": str(day), **at}).raise_for_status()

    def titles(**asked: object) -> list[str]:
        answer = place.client.get(
            f"{place.path}/activities", params={name: str(value) for name, value in asked.items()}
        ).json()
        found = [record["title"] for record in answer["records"]]
        return found + (titles(**{**asked, "cursor": answer["next"]}) if answer["next"] else [])

    assert "".join(titles()) == "".join(titles(limit=2)) == "".join(titles(limit=7)) == "7654321"
    assert "".join(titles(limit=1, kind="market", **{"from": "2026-10-03"})) == "753"
    assert "".join(titles(**{"from": "2026-10-02T12:30:00+02:00", "to": "2026-10-04"})) == "32"
    refused(place.client.get(f"{place.path}/activities", params={"limit": 501}), 422, "limit 501")
    refused(place.client.get(f"{place.path}/activities", params={"kind": "party"}), 422, "kind party")
    refused(place.client.get(f"{place.path}/activities", params={"cursor": "x"}), 422, "cursor x isn't ours")
    refused(
        place.client.get(f"{place.path}/activities", params={"from": "2026-10-02", "to": "2026-10-01"}),
        422,
        "must be after",
    )


@pytest.mark.chain
def test_what_cant_be_written_is_refused_in_words(place: Place) -> None:
    refused(place.client.post(f"{place.path}/notes", json={"text": "x", "by": "Anna"}), 422, "by Anna")
    for kind, name in (("notes", "starts_at"), ("staff-time", "ends_at"), ("surveys", "starts_at")):  # in each body
        sent = place.client.post(f"{place.path}/{kind}", json={name: "2026-11-14T17:00"})
        refused(sent, 422, f"{name} 2026-11-14T17:00: must say its offset from UTC, such as 2026-10-25T12:00+02:00")
    refused(
        place.client.post(f"{place.path}/notes", json={"text": "Ring anna@example.se"}),
        422,
        "must not identify anybody",
    )
    refused(place.client.post(f"{place.path}/notes", json={"text": "a\u0000b"}), 422, "a text holds a NUL")
    for half in (b'{"text": "a\\ud800b"}', b'{"text": "a", "\\ud800": 1}'):
        sent = place.client.post(f"{place.path}/notes", content=half, headers={"Content-Type": "application/json"})
        refused(sent, 422, "?")
    refused(
        place.client.post(f"{place.path}/notes", json={"text": "x", "space": "cellar"}), 422, "has none of this key"
    )
    refused(place.client.post("/api/v1/sites/nowhere/notes", json={"text": "x"}), 404, "there is no site nowhere")
    where = place.client.post(f"{place.path}/notes", json={"text": "x"}).headers["location"]
    refused(place.client.patch(where, json={"text": "y"}), 428, "say which version")
    refused(
        place.client.patch(where, json={"text": "y"}, headers={"If-Match": "*"}), 422, "If-Match * must be one version"
    )
    refused(place.client.patch(where, json={"text": None}, params={"version": 1}), 422, "text must be given")
    refused(place.client.patch(where, json={}, params={"version": 1}), 422, "nothing to change")
    refused(place.client.delete(where, params={"version": 1}), 422, "reason must be given")
    refused(place.client.delete(where, params={"version": 1, "reason": "a\0b"}), 422, "a text holds a NUL")
    refused(place.client.get(f"{place.path}/notes/999999"), 404, "has no note 999999")
    refused(place.client.get(f"{place.path}/notes/999999/history"), 404, "never had")
    assert place.client.get(where).json()["version"] == 1


@pytest.mark.chain
def test_nothing_is_taken_for_something_else(place: Place) -> None:
    """No truth for a number, no word for a truth; and what isn't text is refused."""
    nobody = {"zone": "bankarna", "starts_at": "2026-10-01T12:00:00Z", "tallies": [{"age": "65+", "count": False}]}
    refused(place.client.post(f"{place.path}/manual-counts", json=nobody), 422, "tallies.0.count False")
    times = {"starts_at": "2026-10-01T00:00:00Z", "ends_at": "2026-10-08T00:00:00Z"}
    unsure = {"reason": "x", "result_seen": "no", **times}
    refused(place.client.post(f"{place.path}/exclusions", json=unsure), 422, "result_seen no")
    headers = {"Content-Type": "application/json"}
    refused(
        place.client.post(f"{place.path}/notes", content=b'{"text": "\xff"}', headers=headers), 422, "JSON in UTF-8"
    )
    answer = place.client.post(f"{place.path}/notes", json={"text": "x" * 5_000})
    refused(answer, 422, "at most 2000 characters")
    assert len(answer.json()["detail"]) < 250


@pytest.mark.chain
def test_the_trace_tells_who_did_what_how_it_was_and_is(place: Place) -> None:
    where = place.client.post(f"{place.path}/notes", json={"text": "x"}).headers["location"]
    place.client.patch(where, params={"version": 1}, json={"text": "y"}).raise_for_status()
    newest, first = place.client.get(f"{place.path}/audit", params={"limit": 2}).json()
    assert [(one["actor"], one["action"], one["entity"]) for one in (first, newest)] == [
        ("local", "create", "note"),
        ("local", "change", "note"),
    ]
    assert (first["before"], first["after"]["text"]) == (None, "x")
    assert (newest["before"], newest["after"]["text"]) == (first["after"], "y")
    older = place.client.get(f"{place.path}/audit", params={"before": newest["audit_id"]}).json()
    assert older[0] == first
    assert place.client.get("/api/v1/words").json()["staff_role"]["host"] == {"sv": "platsvärd", "en": "host"}


@pytest.mark.chain
def test_the_same_request_twice_makes_one_entry(place: Place) -> None:
    once = {"Idempotency-Key": "5f0c1b0e-8f5e-4c39-9d0f-1f7a4f2f9f10"}
    first, again = (place.client.post(f"{place.path}/notes", json={"text": "x"}, headers=once) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(place.client.get(f"{place.path}/notes").json()["records"]) == 1


@pytest.mark.chain
def test_the_same_key_of_a_request_with_other_fields_or_of_somebody_else_is_refused(
    place: Place, database: Database
) -> None:
    """It was taken for a repeat: what they wrote was lost, and they read somebody else's log record as theirs."""
    once = {"Idempotency-Key": "5f0c1b0e-8f5e-4c39-9d0f-1f7a4f2f9f11"}
    first = place.client.post(f"{place.path}/notes", json={"text": "x", "starts_at": AT}, headers=once)
    again = place.client.post(
        f"{place.path}/notes", content=f' {{"starts_at":"{AT}", "text":"x"}}', headers=once | JSON
    )
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    for other in ({"text": "y", "starts_at": AT}, {"text": "x"}):
        refused(place.client.post(f"{place.path}/notes", json=other, headers=once), 422, "was sent with other fields")
    incident = place.client.post(f"{place.path}/incidents", json={"kind": "other", "starts_at": AT}, headers=once)
    refused(incident, 422, "was for something else")
    create = b"select writing.note_create(%s, %s, %s, %s)"
    given = (place.path.rpartition("/")[2], f'{{"text": "x", "starts_at": "{AT}"}}', once["Idempotency-Key"])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="was sent by somebody else"):
        database.execute(create, ("key:desk", *given))
    database.execute(b"update platspuls.request set actor = null, fields_sha256 = null")  # as it was sent before 0023
    assert database.execute(create, ("key:desk", *given)).fetchall()
    assert len(place.client.get(f"{place.path}/notes").json()["records"]) == 1


@pytest.mark.chain
def test_of_two_changes_at_once_one_is_refused(place: Place) -> None:
    where, answers = place.client.post(f"{place.path}/notes", json={"text": "x"}).headers["location"], list[int]()

    def change(text: str) -> None:
        answers.append(place.client.patch(where, json={"text": text}, headers={"If-Match": '"1"'}).status_code)

    threads = [threading.Thread(target=change, args=(text,)) for text in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412, 412, 412]
    assert place.client.get(where).json()["version"] == 2


@pytest.mark.chain
def test_an_exclusion_makes_answers_of_its_days_new(place: Place) -> None:
    def tag(day: str, to: str) -> str:
        return place.client.get(f"{place.path}/flow", params={"from": day, "to": to}).headers["etag"]

    touched, other = tag("2026-10-02", "2026-10-03"), tag("2026-10-05", "2026-10-06")
    times = {"starts_at": "2026-10-02T08:00:00+02:00", "ends_at": "2026-10-02T09:00:00+02:00"}
    where = place.client.post(
        f"{place.path}/exclusions", json={"line": "stationen", "reason": "Ställning", "result_seen": False, **times}
    ).headers["location"]
    after = tag("2026-10-02", "2026-10-03")
    assert after != touched
    place.client.delete(where, params={"version": 1, "reason": "Fel linje"}).raise_for_status()
    assert tag("2026-10-02", "2026-10-03") not in {touched, after}
    assert tag("2026-10-05", "2026-10-06") == other


@pytest.mark.chain
def test_who_may_only_read_the_database_cannot_write(database_url: str, tmp_path: Path) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute("create role entries_reader login in role platspuls_reader")
        apply(database, loaded(tmp_path, changed()))
    try:
        with serving(database_url.replace("platspuls@", "entries_reader@")) as reading:
            answer = reading.post("/api/v1/sites/haninge-entre/notes", json={"text": "x"})
            refused(answer, 503, "needs the role platspuls_staff")
            ready = reading.get("/readyz")
            assert (ready.status_code, "needs the role platspuls_staff" in ready.json()["writing"]) == (200, True)
    finally:
        with connect(database_url, application="test", autocommit=True) as database:
            database.execute("drop role entries_reader")


@pytest.mark.chain
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.full)])
def test_participants_are_those_of_the_activities_as_they_are_now(place: Place, seed: int) -> None:
    """Added by kind and group, from what was written last; without what was withdrawn, and with who is in no group."""
    chance = random.Random(seed)
    kept: list[dict[str, Any]] = []
    for _ in range(20):
        written, now = drawn_activity(chance), drawn_activity(chance)
        made = place.client.post(f"{place.path}/activities", json=written).json()
        path, fate = f"{place.path}/activities/{made['activity_id']}", chance.random()
        if fate < 0.2:
            assert place.client.delete(path, params={"version": 1, "reason": "x"}).status_code == 204
        elif fate < 0.4:
            fields = {"status": "held", **now, "participants": now.get("participants")}
            after = place.client.patch(path, json=fields, headers={"If-Match": '"1"'})
            assert after.status_code == 200, after.text
            kept.append(now)
        else:
            kept.append(written)
    stockholm = ZoneInfo("Europe/Stockholm")
    first, last = (datetime(2026, month, 1, tzinfo=stockholm) for month in (10, 11))
    within = [one for one in kept if first <= datetime.fromisoformat(one["starts_at"]) < last]
    assert len(within) < len(kept)
    counts = ("activities", "activities_counted", "participants", "participants_estimated", "participants_most")
    names = (*counts, "figure")
    for by, asked in (
        ("kind", ()),
        ("kind_age", ("age",)),
        ("kind_gender", ("gender",)),
        ("kind_group", ("gender", "age")),
    ):
        query = {"period": "2026-10", "by": by}
        rows = place.client.get(f"{place.path}/activities/participants", params=query).json()["rows"]
        found = {(row["activity_kind"], row["gender"], row["age"]): [row[name] for name in names] for row in rows}
        assert found == by_hand_participants(within, asked)
        assert len(rows) == len(found)
        in_file = place.client.get(f"{place.path}/activities/participants.csv", params=query).text
        assert [{k: v or None for k, v in row.items()} for row in csv.DictReader(io.StringIO(in_file))] == [
            {
                "site": place.path.rpartition("/")[2],
                "by": by,
                **{k: None if v is None else str(v) for k, v in row.items()},
            }
            for row in rows
        ]


@pytest.mark.chain
def test_participants_are_a_workbook_and_other_bytes_when_they_change(place: Place) -> None:
    groups = [{"age": "0-6", "count": 3}, {"age": "65+", "count": 4}]
    fields = {"kind": "concert", "title": "Körsång", "starts_at": AT, "ends_at": "2026-10-01T14:00:00+02:00"}
    participants = {"method": "counted", "total": 9, "groups": groups, "figure": "any_time"}
    written = place.client.post(f"{place.path}/activities", json={**fields, "participants": participants}).json()
    path, query = f"{place.path}/activities/participants.xlsx", {"period": "2026-10", "lang": "sv"}
    first, again = place.client.get(path, params=query), place.client.get(path, params=query)
    assert first.content == again.content
    assert first.headers["platspuls-data-version"] == again.headers["platspuls-data-version"]
    heading, *rows = openpyxl.load_workbook(io.BytesIO(first.content))["data"].iter_rows(values_only=True)
    assert [dict(zip(heading, row, strict=True)) for row in rows] == [
        {
            "typ av aktivitet": "konsert", "ålder": age, "aktiviteter": 1, "aktiviteter med antecknade deltagare": 1,
            "deltagare (summa av räknade)": count, "därav uppskattade": 0, "flest vid en aktivitet": count,
            "vad antalen är": "deltog någon gång",
            "plats": path.split("/")[4], "grupperat efter": "typ och ålder",
        }
        for age, count in (("0-6 år", 3), ("65 år och äldre", 4), ("okänd", 2))
    ]  # fmt: skip
    of = f"{place.path}/activities/{written['activity_id']}"
    assert place.client.delete(of, params={"version": 1, "reason": "x"}).status_code == 204
    after = place.client.get(path, params=query)
    assert after.headers["platspuls-data-version"] != first.headers["platspuls-data-version"]
