"""The same request again: whatever order two devices' requests arrive in, each is carried out once, or refused."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.store.registry.example import example, loaded
from tests.store.writing.staff import GIVEN, HOURS, SITE, made, refusal, run

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def address(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    cluster.create_database("requests")
    with connect(cluster.url("requests"), application="test", autocommit=True) as database:
        migrate(database)
        apply(database, loaded(tmp_path_factory.mktemp("site"), example()))
    return cluster.url("requests")


@pytest.fixture
def store(address: str) -> Iterator[Database]:
    with connect(address, application="test", autocommit=True) as database, database.transaction(force_rollback=True):
        yield database


@dataclass
class Sent:
    """A request as a device sent it, and what the first answer to it was: a record, or why it was refused."""

    command: str
    arguments: tuple[object, ...]
    key: str
    answer: Any = None


@dataclass
class Phone:
    """A device with a queue: what it has sent, and which version of each record it has seen."""

    author: str
    sent: list[Sent] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)

    def send(self, store: Database, request: Sent) -> Any:  # noqa: ANN401 - jsonb holds anything
        """Send a request; the savepoint of a refused one is gone with it, as its transaction would be."""
        try:
            with store.transaction():
                return run(store, request.command, self.author, SITE, *request.arguments, request.key)
        except psycopg.errors.DatabaseError as error:
            return error.sqlstate


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["create", "change", "withdraw", "repeat", "read"]), st.integers(0, 9),
              st.booleans()),
    min_size=8, max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_two_devices_in_any_order_write_each_once_and_overwrite_nothing_unseen(
    store: Database, steps: list[tuple[int, str, int, bool]]
) -> None:
    """Repeats, lost answers and changes of what somebody else has changed: none is lost, none is done twice."""
    phones = Phone("login:7 Anna"), Phone("login:8 Bo")
    with store.transaction(force_rollback=True):
        for number, (which, *what) in enumerate(steps):
            play(store, phones[which], Step(number, *what))
        check(store, [request for phone in phones for request in phone.sent])


class Step(NamedTuple):
    """What a device does next: which one of several is chosen, and whether the answer gets lost."""

    number: int
    action: str
    choice: int
    is_lost: bool


def play(store: Database, phone: Phone, step: Step) -> None:
    """Let a device do something. Where the answer is lost, it doesn't learn what became of it, but may ask again."""
    number, action, choice, is_lost = step
    if action == "repeat":
        if phone.sent:
            request = phone.sent[choice % len(phone.sent)]
            again = phone.send(store, request)
            if isinstance(request.answer, dict):
                assert again == request.answer, "the same answer, whatever became of the record"
            elif isinstance(again, dict):
                pytest.fail(f"{request} was refused, and is carried out later without anybody's having looked")
        return
    records = store.execute(b"select note_id, version from reading.note order by 1").fetchall()
    if action == "read":
        phone.seen |= dict(records)
        return
    known = sorted(phone.seen)
    if action != "create" and not known:
        return
    note = known[choice % len(known)] if known else 0
    request = {
        "create": Sent("note_create", ({"text": f"made {number}"},), str(uuid.uuid4())),
        "change": Sent("note_change", (note, phone.seen.get(note), {"text": f"changed {number}"}), str(uuid.uuid4())),
        "withdraw": Sent("note_withdraw", (note, phone.seen.get(note), f"gone {number}"), str(uuid.uuid4())),
    }[action]
    request.answer = phone.send(store, request)
    phone.sent.append(request)
    if isinstance(request.answer, dict) and not is_lost:
        phone.seen[request.answer["note_id"]] = request.answer["version"]


def check(store: Database, sent: list[Sent]) -> None:
    """Each request that was taken is one version, made upon the version that its device had seen; no other is there."""
    kept = store.execute(
        b"select entity_id::integer, version, action, coalesce(record ->> 'withdrawn_reason', record ->> 'text') "
        b"from reading.history where entity = 'note' order by 1, 2"
    ).fetchall()
    expected = []
    for request in sent:
        if not isinstance(request.answer, dict):
            assert request.answer in {"23505", "23514"}, request
            continue
        action = request.command.removeprefix("note_")
        words = request.answer.get("withdrawn_reason") or request.answer["text"]
        version = 1 if action == "create" else int(str(request.arguments[1])) + 1
        assert request.answer["version"] == version
        expected.append((request.answer["note_id"], version, action, words))
    assert kept == sorted(expected)


def test_of_each_kind_the_same_change_and_withdrawal_are_made_once(store: Database) -> None:
    """And the same key with other words, of another record or by another author isn't the same request."""
    made(store, "study", study="other-study")
    for entity in GIVEN:
        number = made(store, entity)[f"{entity}_id"]
        change: dict[str, object] = {"text": "x"} if entity == "note" else {"note": "x"}
        change = {"reason": "x"} if entity == "exclusion" else change
        change = {"name": "x"} if entity == "activity_template" else change
        change |= {"result_seen": True} if entity == "phase" else {}
        key, gone = str(uuid.uuid4()), str(uuid.uuid4())
        first = run(store, f"{entity}_change", "login:7 Anna", SITE, number, 1, change, key)
        assert run(store, f"{entity}_change", "login:9 Anna", SITE, number, 1, change, key) == first
        said = refusal(store, f"{entity}_change", "login:9 Bo", SITE, number, 1, change, key)[1]
        assert said == f"request {key} was sent by somebody else"
        said = refusal(store, f"{entity}_withdraw", "login:7 Anna", SITE, number, 2, "x", key)[1]
        assert said == f"request {key} was for something else"
        if entity == "study":
            continue
        withdrawn = run(store, f"{entity}_withdraw", "test", SITE, number, 2, "Dubblett", gone)
        assert run(store, f"{entity}_withdraw", "test", SITE, number, 2, "Dubblett", gone) == withdrawn
        assert refusal(store, f"{entity}_withdraw", "test", SITE, number, 2, "Annat", gone)[0] == "22023"
        assert run(store, f"{entity}_change", "login:7 Anna", SITE, number, 1, change, key) == first
        history = store.execute(
            b"select version from reading.history where entity = %s and entity_id = %s order by 1",
            (entity, str(number)),
        ).fetchall()
        assert history == [(1,), (2,), (3,)]


def test_a_request_that_comes_twice_at_once_is_carried_out_once(address: str) -> None:
    with connect(address, application="test", autocommit=True) as database:
        number = made(database, "exclusion")["exclusion_id"]
    key, answers = str(uuid.uuid4()), list[Any]()

    def change() -> None:
        with connect(address, application="test", autocommit=True) as database:
            answers.append(run(database, "exclusion_change", "test", SITE, number, 1, {"reason": "x"}, key))

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one["version"] for one in answers] == [2, 2, 2, 2]


ORIGINS: list[tuple[dict[str, object] | None, dict[str, object], tuple[bool, bool]]] = [
    # where it comes from, fields; (late, clock_unsure)
    (None, {}, (True, False)),  # it arrives now, weeks after it ended
    ({"entered_at": "2026-10-01T21:00:00+02:00", "entered_skew_s": 0.2}, {}, (False, False)),
    ({"entered_at": "2026-10-02T03:59:00+02:00", "entered_skew_s": -7200}, {}, (False, False)),
    ({"entered_at": "2026-10-02T04:00:00+02:00", "entered_skew_s": 0}, {}, (True, False)),
    ({"entered_at": "2026-10-01T21:00:00+02:00"}, {}, (False, True)),
    ({"entered_at": "2026-10-01T21:00:00+02:00", "entered_via": "paper", "entered_skew_s": 0}, {}, (True, False)),
    ({"entered_at": "2127-10-01T21:00:00+02:00", "entered_skew_s": 0}, {}, (True, True)),
    ({"entered_at": "1970-01-01T01:00:00+01:00", "entered_via": "offline"}, {}, (False, True)),
    ({"entered_at": "2026-10-25T03:30:00+01:00", "entered_skew_s": 0},  # the night when clocks go back
     {"starts_at": "2026-10-24T20:00:00+02:00", "ends_at": "2026-10-25T02:30:00+02:00"}, (False, False)),
]  # fmt: skip


def test_late_and_unsure_are_said_of_each_version(store: Database) -> None:
    for origin, fields, said in ORIGINS:
        first = run(store, "activity_create", "test", SITE, GIVEN["activity"] | fields, None, origin)
        assert (first["late"], first["clock_unsure"]) == said, origin
    sure = {"entered_at": HOURS["ends_at"], "entered_via": "page", "entered_skew_s": 0}
    first = run(store, "activity_create", "test", SITE, GIVEN["activity"], None, sure)
    assert (first["entered_via"], first["late"]) == ("page", False)
    second = run(store, "activity_change", "test", SITE, first["activity_id"], 1, {"title": "x"})
    assert (second["entered_via"], second["late"], second["entered_at"]) == (None, True, second["written_at"])
    shown = b"select record ->> 'late' from reading.history where entity_id = %s order by version"
    assert store.execute(shown, (str(first["activity_id"]),)).fetchall() == [("false",), ("true",)]
    assert refusal(store, "note_create", "test", SITE, GIVEN["note"], None, {"entered_via": "pigeon"})[0] == "22023"
