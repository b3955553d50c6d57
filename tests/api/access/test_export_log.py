"""Who takes a file leaves a trace before its first byte; who only looks leaves none."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.access.roles import Role
from store.database import connect
from tests.api.access.conftest import SITE
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

FLOW = f"/api/v1/sites/{SITE}/flow"
RANGE = {"from": "2026-10-01", "to": "2026-10-08", "bucket": "day"}


def noted(place: str) -> list[tuple[str, str, dict[str, Any]]]:
    with connect(place, application="test", autocommit=True) as database:
        return database.execute(
            "select actor, action, after from platspuls.audit where entity = 'export' order by audit_id"
        ).fetchall()


def test_a_file_is_noted_with_who_what_and_how_much(client: httpx.Client, place: str) -> None:
    token = new_key(place, "institute", Role.EVALUATOR, [SITE])
    assert client.get(FLOW, params=RANGE, headers=bearer(token)).status_code == 200
    file = client.get(f"{FLOW}.csv", params=RANGE, headers=bearer(token))
    eventually(lambda: len(noted(place)) == 2)
    begin, end = noted(place)
    assert begin[:2] == ("key:institute", "begin")
    assert {"from_utc": "2026-09-30T22:00:00Z", "bucket": "day", "form": "csv", "role": "evaluator"}.items() <= begin[
        2
    ].items()
    assert end == ("key:institute", "end", {"bytes": len(file.content), "complete": True})
    assert client.get(f"{FLOW}.csv", params={**RANGE, "to": "x"}, headers=bearer(token)).status_code == 422
    assert len(noted(place)) == 2


def test_use_of_a_key_is_noted_to_the_hour(client: httpx.Client, place: str) -> None:
    token = new_key(place, "institute", Role.EVALUATOR, [SITE])
    before = hour()
    client.get(FLOW, params=RANGE, headers=bearer(token))
    eventually(lambda: used_at(place, "institute"))
    assert used_at(place, "institute") in {before, hour()}
    with connect(place, application="test", autocommit=True) as database:
        database.execute("update platspuls.access_key set used_at = null")
    client.get(FLOW, params=RANGE, headers=bearer(token))
    client.get(FLOW, params=RANGE, headers=bearer(new_key(place, "another", Role.STAFF)))
    eventually(lambda: used_at(place, "another"))
    assert used_at(place, "institute") is None or hour() != before, "it was noted once in the hour"


def hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def used_at(place: str, name: str) -> object:
    with connect(place, application="test", autocommit=True) as database:
        [(at,)] = database.execute("select used_at from platspuls.access_key where name = %s", (name,)).fetchall()
    return at


def test_without_a_right_to_note_it_there_is_no_file_but_on_this_machine_before_any_key(place: str) -> None:
    with connect(place, application="test", autocommit=True) as database:
        name = f"only_reads_{database.info.dbname}"
        database.execute(f"create role {name} login in role platspuls_reader".encode())
    reader = place.replace("postgresql://", f"postgresql://{name}@", 1) if "@" not in place else place
    if reader == place:
        user = place.split("//")[1].split("@", maxsplit=1)[0].split(":", maxsplit=1)[0]
        reader = place.replace(f"//{user}", f"//{name}", 1)
    try:
        with serving(reader, access_keep_s=0.1) as client:
            assert client.get(f"{FLOW}.csv", params=RANGE).status_code == 200
            token = new_key(place, "institute", Role.EVALUATOR, [SITE])
            eventually(lambda: client.get(FLOW, params=RANGE).status_code == 401)
            assert client.get(FLOW, params=RANGE, headers=bearer(token)).status_code == 200
            refused = client.get(f"{FLOW}.csv", params=RANGE, headers=bearer(token))
            assert (refused.status_code, "platspuls_staff" in refused.json()["detail"]) == (503, True)
    finally:
        with connect(place, application="test", autocommit=True) as database:
            database.execute(f"drop role {name}".encode())
