"""Who takes a file leaves a trace before its first byte; who only looks leaves none."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.access.roles import Role
from ingest.batch.writer import BatchWriter
from platspuls.cli.main import main
from store.database import connect
from store.registry.apply import apply
from tests.api.access.conftest import SITE
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.store.registry.example import changed, loaded
from tests.support import small_site
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
    digest = sha256(file.content).hexdigest()
    assert end == ("key:institute", "end", {"bytes": len(file.content), "complete": True, "sha256": digest})
    assert begin[2]["data_version"] == file.headers["platspuls-data-version"]
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


def test_what_has_changed_since_a_file_is_what_came_after_it_within_its_range(
    client: httpx.Client, place: str, tmp_path: Path
) -> None:
    """By its data version, by its bytes, and by the time: late data by line and zone, and what was written."""
    with connect(place, application="test", autocommit=True) as database:
        small_site.make_site(database, "square")
        writer = BatchWriter(database)
        writer.store([small_site.received(small_site.flow(1, 0), site="square")])
        database.execute("update platspuls.data_version set arrived_at = arrived_at - interval '1 hour'")
        path, days = "/api/v1/sites/square", {"from": "2025-03-03", "to": "2025-03-05", "bucket": "day"}
        file = client.get(f"{path}/flow.csv", params=days)
        sums, version = f"sha256:{sha256(file.content).hexdigest()}", file.headers["platspuls-data-version"]
        eventually(lambda: client.get(f"{path}/changes", params={"since": sums}).status_code == 200)
        began = datetime.now(UTC).isoformat()
        for since in (sums, version):
            before = client.get(f"{path}/changes", params={"since": since}).json()
            assert (before["changes"], before["from_utc"]) == ([], "2025-03-02T23:00:00Z")
        writer.store([small_site.received(small_site.flow(2, 1), small_site.flow(3, 60 * 24 * 9), site="square")])
        within = {"starts_at": "2025-03-03T10:00:00Z", "ends_at": "2025-03-03T11:00:00Z"}
        out_of = client.post(
            f"{path}/exclusions", json={"line": "north", "reason": "x", "result_seen": False, **within}
        )
        after = {"starts_at": "2025-03-09T10:00:00Z", "ends_at": "2025-03-09T11:00:00Z"}
        client.post(f"{path}/activities", json={"kind": "concert", "title": "x", **after}).raise_for_status()
    number = str(out_of.json()["exclusion_id"])
    data = [("data", "arrive", kind, part, None) for kind, part in
            (("line", "north"), ("line", "south"), ("zone", "benches"), ("zone", "stage"))]  # fmt: skip
    expected = [("exclusion", "create", "line", "north", number), *data]
    names = ("kind", "action", "part_kind", "part", "number")
    for since in (sums, version):
        found = client.get(f"{path}/changes", params={"since": since}).json()["changes"]
        assert [tuple(change[name] for name in names) for change in found] == expected
        during = {(one["starts_at"], one["ends_at"]) for one in found[1:]}
        assert during == {("2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z")}
    every = client.get(f"{path}/changes", params={"since": began}).json()["changes"]
    assert [change["kind"] for change in every] == ["activity", "exclusion", *["data"] * 8]
    moved = after | {"result_seen": False}
    client.patch(f"{path}/exclusions/{number}", params={"version": 1}, json=moved).raise_for_status()
    newest = client.get(f"{path}/changes", params={"since": version}).json()["changes"][0]
    assert (newest["kind"], newest["action"], newest["starts_at"]) == ("exclusion", "change", after["starts_at"])
    other = {"from": "2025-03-06", "to": "2025-03-11"}  # another range, the same data version
    one, of_both = (
        client.get(f"{path}/log.csv", params=asked) for asked in ({"period": "2025-03-03..2025-03-04"}, other)
    )
    same = of_both.headers["platspuls-data-version"]
    assert same == one.headers["platspuls-data-version"]
    client.post(f"{path}/incidents", json={"kind": "damage", **after}).raise_for_status()
    both = client.get(f"{path}/changes", params={"since": same}).json()
    assert (both["from_utc"], both["to_utc"]) == ("2025-03-02T23:00:00Z", "2025-03-10T23:00:00Z")
    assert both["changes"][0]["kind"] == "incident"
    capitals = client.get(f"{path}/changes", params={"since": f"sha256:{sums.removeprefix('sha256:').upper()}"})
    assert capitals.json()["changes"][0]["kind"] == "exclusion"
    unknown = client.get(f"{path}/changes", params={"since": "0123456789abcdef"})
    assert (unknown.status_code, "say when it was made" in unknown.json()["detail"]) == (404, True)
    taken = tmp_path / "taken.csv"
    taken.write_bytes(file.content)
    for since, code in ((str(taken), 0), (version, 0), ("0123456789abcdef", 3), ("lastweek", 2)):
        asked = ["changes", "--site", "square", "--since", since, "--database-url", place]
        done = CliRunner().invoke(main, asked, env={"PLATSPULS_KEY_FILE": None})
        assert done.exit_code == code, done.output
        assert code or "6 changes since" in done.output


def test_a_changed_site_file_is_a_change_part_by_part(client: httpx.Client, place: str, tmp_path: Path) -> None:
    began = datetime.now(UTC).isoformat()
    later = changed(("commissioned = [{ from = 2026-10-01 }]", "commissioned = [{ from = 2026-10-02 }]"))
    with connect(place, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, later), "cli:me")
    found = client.get(f"/api/v1/sites/{SITE}/changes", params={"since": began}).json()["changes"]
    assert {change["kind"] for change in found} == {"site"}
    assert ("change", "line") in {(change["action"], change["part_kind"]) for change in found}
