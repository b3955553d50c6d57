"""Writing log records: whatever breaks, nothing is made twice, and nobody's change is overwritten unseen."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pandas as pd
import pytest

from api.logbook.kinds import KINDS, RecordKind
from api.routes.openapi_examples import example
from platspuls_client import (
    BusyError,
    Client,
    ConflictError,
    InvalidQueryError,
    NotFoundError,
    UnreachableError,
    VersionConflictError,
    models,
)
from platspuls_client.logbook import Entered
from tests.support.served import World

pytestmark = pytest.mark.chain

SITE = "haninge-entre"
AT = datetime(2026, 11, 3, 12, tzinfo=UTC)


class BreaksOff(httpx.HTTPTransport):
    """A network that breaks: before a request has reached the API (`<`), or when it was done (`>`); else it holds."""

    def __init__(self, breaks: str) -> None:
        super().__init__()
        self.breaks = iter(breaks)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        at = next(self.breaks, "") if request.method != "GET" else ""
        if at == "<":
            raise httpx.ConnectError("the tunnel", request=request)
        answer = super().handle_request(request)
        if at == ">":
            answer.read()
            raise httpx.ReadError("the tunnel", request=request)
        return answer


def fields_of(kind: RecordKind) -> Any:  # noqa: ANN401 - of any kind
    """Return the example of the API's description, in places that there are."""
    given = example(kind.fields) | ({"study": "amp-kund"} if kind.entity in {"study", "phase"} else {})
    there = {name: value for name, value in given.items() if name not in {"space", "line"}}
    if "zone" in there:
        there["zone"] = "bankarna"
    return msgspec.convert(there, getattr(models, kind.fields.__name__), strict=False)


def test_each_kind_is_made_changed_and_withdrawn(world: World) -> None:
    with Client(world.address) as client:
        kept: dict[str, Any] = {}
        for kind in KINDS:
            logbook = getattr(client.logbook, kind.path.replace("-", "_"))
            made = logbook.create(SITE, fields_of(kind))
            number = getattr(made, f"{kind.entity}_id")
            assert logbook.record(SITE, number) == made
            assert made in list(logbook.records(SITE))
            change = msgspec.convert(kind.small_change(), getattr(models, kind.change.__name__))
            changed = logbook.change(made, change)
            assert changed.version == made.version + 1
            with pytest.raises(VersionConflictError, match="somebody changed it"):
                logbook.change(made, change)
            assert next(iter(logbook.history(SITE, number))).action == "change"
            kept[kind.entity] = (logbook, changed, number)
            frame = getattr(client.log, kind.path.replace("-", "_"))(SITE, history=True).frame()
            own = frame[frame["record_id"] == number]
            assert sorted(own["version"]) == [1, 2], "every version is in the log for evaluation too"
            assert str(frame["start_local"].dtype) == "datetime64[us, Europe/Stockholm]"
        for logbook, changed, number in reversed(kept.values()):
            logbook.withdraw(changed, "Prov")
            with pytest.raises(NotFoundError):
                logbook.record(SITE, number)
            assert next(iter(logbook.history(SITE, number))).action == "withdraw"


@pytest.mark.parametrize("breaks", ["", "<", ">", "<>", ">>", "><"])
def test_a_connection_that_breaks_makes_nothing_twice(world: World, breaks: str) -> None:
    """Wherever it breaks: before the API has the request, or after it did what was asked."""
    text = f"Rulltrappan står still {uuid4()}"
    with Client(world.address, transport=BreaksOff(breaks), sleep=lambda _: None) as client:
        made = client.logbook.notes.create(SITE, models.NoteFields(text=text, starts_at=AT))
        assert [one.text for one in client.logbook.notes.records(SITE)].count(text) == 1
        assert made.starts_at == AT


def test_the_same_key_is_the_same_record_until_its_fields_differ(world: World) -> None:
    key, text = uuid4(), models.NoteFields(text="Samma nyckel", starts_at=pd.Timestamp(AT))
    with Client(world.address, transport=BreaksOff(">>>"), sleep=lambda _: None) as client:
        with pytest.raises(UnreachableError):
            client.logbook.notes.create(SITE, text, key=key)
        assert client.logbook.notes.create(SITE, text, key=key) == client.logbook.notes.create(SITE, text, key=key)
        with pytest.raises(InvalidQueryError, match="other fields"):
            client.logbook.notes.create(SITE, models.NoteFields(text="Något annat"), key=key)


@pytest.mark.parametrize("breaks", ["<", ">", "><"])
def test_a_change_whose_answer_is_lost_is_made_once(world: World, breaks: str) -> None:
    """Sent again, it was a conflict with itself: so it was left to the caller to look whether it came through."""
    with Client(world.address, transport=BreaksOff(f" {breaks} {breaks}"), sleep=lambda _: None) as client:
        made = client.logbook.incidents.create(SITE, models.IncidentFields(kind="litter", starts_at=AT))
        changed = client.logbook.incidents.change(made, models.IncidentChange(note="Norra väggen"))
        assert (changed.version, changed.note) == (2, "Norra väggen")
        client.logbook.incidents.withdraw(changed, "Prov")
        assert [one.version for one in client.logbook.incidents.history(SITE, made.incident_id)] == [3, 2, 1]


def test_what_is_entered_later_says_when_it_was_entered(world: World) -> None:
    fields = models.IncidentFields(kind="litter", starts_at=AT)
    with Client(world.address) as client:
        made = client.logbook.incidents.create(SITE, fields, entered=Entered(AT, "import", 0.5))
        assert (made.entered_at, made.entered_via, made.entered_skew_s) == (AT, "import", 0.5)
        assert (made.late, made.clock_unsure) == (False, False)
        paper = client.logbook.incidents.create(SITE, fields, entered=Entered(via="paper"))
        assert (paper.entered_at, paper.late) == (paper.written_at, True)


def test_lists_are_limited_by_what_their_kind_has(world: World) -> None:
    with Client(world.address) as client:
        for kind in ("litter", "fire"):
            client.logbook.incidents.create(SITE, models.IncidentFields(kind=kind, starts_at=AT))
        asked = client.logbook.incidents.records(SITE, AT, pd.Timestamp("2026-11-04"), only="fire")
        assert {one.kind for one in asked} == {"fire"}
        with pytest.raises(ValueError, match="can't be limited"):
            client.logbook.notes.records(SITE, only="fire")


def test_the_steps_of_a_phase_and_its_conflicts(world: World) -> None:
    seen = {"result_seen": False}
    with Client(world.address) as client:
        client.logbook.studies.create(SITE, models.StudyFields(study="amp-steg", name_sv="Steg", name_en="Steps"))
        fields = models.PhaseFields(
            study="amp-steg",
            phase="noll",
            kind="baseline",
            starts_at=AT,
            ends_at=datetime(2026, 11, 4, tzinfo=UTC),
            **seen,
        )
        phase = client.logbook.phases.create(SITE, fields)
        with pytest.raises(ConflictError):
            client.logbook.phases.create(SITE, fields)
        longer = client.logbook.extend(phase, datetime(2026, 11, 5, tzinfo=UTC), **seen)
        with pytest.raises(VersionConflictError):
            client.logbook.close(phase, **seen)
        closed = client.logbook.close(longer, **seen)
        archived = client.logbook.archive(closed)
        assert archived.archived_at is not None
        with pytest.raises(ConflictError):
            client.logbook.phases.change(archived, models.PhaseChange(note="x", **seen))


def test_writes_are_sent_again_where_nothing_was_done_and_not_else() -> None:
    """429 was refused beforehand; a 503 may come after the command has run, so only keyed requests are sent again."""
    answers = {429: ("change", 3), 503: ("change", 1)}
    for status, (_, times) in answers.items():
        sent: list[str] = []

        def refuse(request: httpx.Request, status: int = status, sent: list[str] = sent) -> httpx.Response:
            sent.append(request.headers.get("Idempotency-Key", ""))
            return httpx.Response(status, json={"title": "No"})

        phase = msgspec.convert(
            {"site": SITE, "phase_id": 1, "version": 1, "study": "x", "phase": "x", "kind": "baseline", "starts_at": AT,
             "ends_at": AT, "result_seen": False, "note": None, "closed_at": None, "archived_at": None,
             "written_at": AT, "written_by": "key:a"}, models.Phase,
        )  # fmt: skip
        with Client("http://localhost", transport=httpx.MockTransport(refuse), sleep=lambda _: None) as client:
            with pytest.raises(BusyError):
                client.logbook.archive(phase)
            assert len(sent) == times
            with pytest.raises(BusyError):
                client.logbook.notes.create(SITE, models.NoteFields(text="y"))
        assert len(sent) == times + 3
        assert len(set(sent[times:])) == 1, "one key for all attempts"
