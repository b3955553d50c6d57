"""What people wrote, as files: every kind and its parts, now and with history, by role, with authors as pseudonyms."""

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from api.access.roles import Role
from api.formats.log.labels import LogLabels
from api.logbook.kinds import KINDS
from api.logbook.tables import LOG_TABLES, PARTS, lists_of, united
from api.routes.log_files import LogRowsList
from api.routes.openapi_examples import example
from api.tables.table import ColumnKind
from core.texts.catalog import Language
from platspuls.embedded.postgres import Cluster
from platspuls_client import Client
from store.database import Database, connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.store.registry.example import changed, loaded

_numbers = itertools.count(1)
GROUPS = [
    {"gender": "woman", "count": 17},
    {"gender": "man", "count": 12},
    {"age": "65+", "count": 9},
    {"gender": "woman", "age": "65+", "count": 4},
]


@dataclass(frozen=True, slots=True)
class Site:
    """A site of its own for each test, in one API."""

    client: httpx.Client
    key: str
    url: str

    def made(self, path: str, record: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(f"/api/v1/sites/{self.key}/{path}", json=record)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def log(self, suffix: str = "", **asked: str) -> httpx.Response:
        return self.client.get(f"/api/v1/sites/{self.key}/log{suffix}", params=asked)

    def rows(self, kind: str, **asked: str) -> list[dict[str, str]]:
        answer = self.log(".csv", kind=kind, **asked)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.fixture(scope="module")
def store(cluster: Cluster) -> Iterator[tuple[Database, str]]:
    cluster.create_database("log_files")
    url = cluster.url("log_files")
    with connect(url, application="test", autocommit=True) as database:
        migrate(database)
        yield database, url


@pytest.fixture(scope="module")
def client(store: tuple[Database, str]) -> Iterator[httpx.Client]:
    with serving(store[1], request_burst=10_000) as client:
        yield client


@pytest.fixture
def site(client: httpx.Client, store: tuple[Database, str], tmp_path: Path) -> Site:
    key = f"log-{next(_numbers)}"
    apply(store[0], loaded(tmp_path, changed(('key = "haninge-entre"', f'key = "{key}"'))))
    return Site(client, key, store[1])


def filled(site: Site) -> None:
    """Write one of each kind, as the documentation's examples are."""
    order = sorted(KINDS, key=lambda kind: kind.entity == "phase")
    for kind in order:
        more = (
            {"participants": {"method": "counted", "total": 30, "groups": GROUPS}} if kind.entity == "activity" else {}
        )
        site.made(kind.path, example(kind.fields) | more)


def test_every_kind_and_every_list_within_one_is_a_table_named_in_both_languages() -> None:
    """A kind, field or list that comes later is in the files, or this says where it is missing."""
    assert {table.kind.entity for table in LOG_TABLES.values() if table.part is None} == {kind.entity for kind in KINDS}
    assert {kind.entity for kind in KINDS if [*lists_of(kind.row)]} == set(PARTS)
    for kind in KINDS:
        table = next(table for table in LOG_TABLES.values() if table.kind is kind and table.part is None)
        paths = {column.path[1] for column in table.columns if column.path[0] == "record"}
        own = {"site", "version", "starts_at", "ends_at", "written_at", "written_by", "text_removed_at"}
        expected = set(kind.row.model_fields) - own - {f"{kind.entity}_id"} - {*lists_of(kind.row)}
        assert paths == expected
    kinds = dict[str, set[object]]()
    for table in LOG_TABLES.values():
        for language in Language:
            labels = LogLabels(language)
            assert labels.kind(table.name)
            for column in table.columns:
                name = "name" if column.column.name.startswith("name_") else column.column.name
                assert labels.common.column(name)
                assert column.column.meaning_in(language).endswith("."), column
        for column in table.columns:
            kinds.setdefault(column.column.name, set()).add(column.column.kind)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}
    assert len({LogLabels(Language.SV).kind(name) for name in LOG_TABLES}) == len(LOG_TABLES)


@pytest.mark.chain
def test_each_kind_leaves_in_every_form(site: Site, tmp_path: Path) -> None:
    filled(site)
    for name, table in LOG_TABLES.items():
        rows = site.rows(name)
        assert rows, name
        assert list(rows[0]) == [column.column.name for column in table.columns]
        assert {row["record_kind"] for row in rows} == {name}
        answer = site.log(".ndjson", kind=name)
        assert answer.status_code == 200, answer.text
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert [table.row.model_validate(line) for line in lines]
        assert lines == site.log(kind=name).json()["rows"]
    everything = site.rows(",".join(LOG_TABLES))
    assert list(everything[0]) == list(united([*LOG_TABLES.values()]))
    several = LogRowsList.model_validate(site.log().json(), strict=False).model_dump()["rows"]
    counts = Counter(row["record_kind"] for row in everything)
    assert counts == Counter(row["record_kind"] for row in several)
    assert counts == {name: len(site.rows(name)) for name in LOG_TABLES}
    with Client(str(site.client.base_url)) as client:
        for table in LOG_TABLES.values():
            typed = list(getattr(client.log, table.name.replace("-", "_"))(site.key))
            assert len(typed) == counts[table.name]
            assert type(typed[0]).__name__ == table.row.__name__
            assert typed[0].start_utc.tzinfo
    whole = parquet.read_table(io.BytesIO(site.log(".parquet").content))
    assert whole.num_rows == len(everything)
    assert whole.schema.metadata[b"platspuls.question"]
    answer = site.log(".xlsx", lang="sv")
    assert answer.status_code == 200, answer.text
    (tmp_path / "log.xlsx").write_bytes(answer.content)
    book = load_workbook(tmp_path / "log.xlsx")
    labels = LogLabels(Language.SV)
    assert book.sheetnames[1:-2] == [labels.kind(name) for name in LOG_TABLES]
    for name in LOG_TABLES:
        sheet = book[labels.kind(name)]
        assert sheet.max_row - 1 == counts[name]
        heads = [cell.value for cell in sheet[1]]
        assert {labels.common.column(one) for one in ("date", "weekday", "hour")} <= set(heads)
    concert = {cell.value for cell in book[labels.kind("activities")][2]}
    assert {"konsert", "Körsång i tunneln", "torsdag"} <= concert
    assert answer.content == site.log(".xlsx", lang="sv").content


@pytest.mark.chain
def test_participants_of_every_dimension_add_up_to_their_total(site: Site) -> None:
    """Whatever groups were written, summing one dimension counts everybody once."""
    now = example(next(kind for kind in KINDS if kind.entity == "activity").fields)
    given: list[tuple[int, list[dict[str, Any]]]] = [
        (30, GROUPS),
        (12, []),
        (0, [{"age": "0-6", "count": 0}]),
        (50, [{"age": "0-6", "count": 20}, {"age": "65+", "count": 30}]),
        (7, [{"gender": "other", "age": "15-24", "count": 3}]),
    ]
    totals = dict[str, int]()
    for total, groups in given:
        made = site.made("activities", now | {"participants": {"method": "counted", "total": total, "groups": groups}})
        totals[str(made["activity_id"])] = total
    site.made("activities", now | {"participants": None})
    rows = site.rows("participants")
    sums = Counter[tuple[str, str]]()
    for row in rows:
        sums[row["record_id"], row["dimensions"]] += int(row["count"])
    assert {key: count for key, count in sums.items() if count != totals[key[0]]} == {}
    assert {record for record, dimensions in sums if dimensions == "all"} == set(totals)
    first = [row for row in rows if row["record_id"] == min(totals, key=int)]
    assert [(row["dimensions"], row["gender"], row["age"], row["count"]) for row in first] == [
        ("age", "", "65+", "9"),
        ("age", "", "", "21"),
        ("all", "", "", "30"),
        ("gender", "man", "", "12"),
        ("gender", "woman", "", "17"),
        ("gender", "", "", "1"),
        ("gender_age", "woman", "65+", "4"),
        ("gender_age", "", "", "26"),
    ]


@pytest.mark.chain
def test_the_history_has_each_version_and_what_was_withdrawn(site: Site) -> None:
    note = site.made("notes", {"text": "Rulltrappan står", "starts_at": "2026-10-25T02:30:00+01:00"})
    where = f"/api/v1/sites/{site.key}/notes/{note['note_id']}"
    site.client.patch(where, params={"version": 1}, json={"text": "Rulltrappan går"}).raise_for_status()
    site.client.delete(where, params={"version": 2, "reason": "Inaktuell"}).raise_for_status()
    assert site.rows("notes") == []
    rows = site.rows("notes", history="true")
    assert [(row["version"], row["action"], row["text"], row["withdrawn_reason"]) for row in rows] == [
        ("1", "create", "Rulltrappan står", ""),
        ("2", "change", "Rulltrappan går", ""),
        ("3", "withdraw", "Rulltrappan går", "Inaktuell"),
    ]
    assert [row["valid_to"] for row in rows] == [rows[1]["written_at"], rows[2]["written_at"], ""]
    assert {(row["start_utc"], row["start_local"], row["utc_offset"]) for row in rows} == {
        ("2026-10-25T01:30:00Z", "2026-10-25T02:30:00", "+01:00")
    }
    assert site.rows("notes", history="true", **{"from": "2026-10-25", "to": "2026-10-26"}) == rows
    assert site.rows("notes", history="true", period="2026-10-25") == rows
    assert site.rows("notes", history="true", **{"from": "2026-10-26"}) == []
    tag = site.log(".csv", kind="notes").headers["etag"]
    assert (
        site.client.get(f"/api/v1/sites/{site.key}/log.csv?kind=notes", headers={"If-None-Match": tag}).status_code
        == 304
    )
    site.made("notes", {"text": "x"})
    assert site.log(".csv", kind="notes").headers["etag"] != tag


@pytest.mark.chain
def test_what_people_typed_is_no_formula_and_no_number_in_a_spreadsheet(site: Site) -> None:
    for text in ("=HYPERLINK(1)", "+46", "00123", "1e5", "maj 12"):
        site.made("notes", {"text": text})
    assert {row["text"] for row in site.rows("notes")} == {"'=HYPERLINK(1)", "'+46", "00123", "1e5", "maj 12"}
    swedish = site.log(".csv", kind="notes", dialect="excel-sv").text
    for text in ("'=HYPERLINK(1)", "'+46", "'00123", "'1e5", "'maj 12"):
        assert f'"{text}"' in swedish


@pytest.mark.chain
def test_what_cant_be_asked_is_refused_in_words(site: Site) -> None:
    for asked, words in (
        ({"kind": "diary"}, "there are activities, participants"),
        ({"kind": ","}, "kind is empty"),
        ({"from": "2026-10-02", "to": "2026-10-01"}, "must be after"),
        ({"from": "2026-10-02", "period": "2026-10"}, "it has both ends"),
        ({"bucket": "day"}, "no such parameter"),
    ):
        answer = site.log(".csv", **asked)
        assert (answer.status_code, words in answer.json()["detail"]) == (422, True), answer.text


@pytest.mark.chain
def test_values_are_of_the_types_that_the_description_says(site: Site) -> None:
    """Numbers within JSON come out as numbers: a column of any kind, also where only some records have it."""
    filled(site)
    entered = {"Entered-At": "2026-10-01T17:00:00+02:00", "Entered-Via": "offline", "Entered-Skew-S": "-3.25"}
    note = {"text": "Rulltrappan", "starts_at": "2026-10-01T17:00:00+02:00"}
    site.client.post(f"/api/v1/sites/{site.key}/notes", json=note, headers=entered).raise_for_status()
    rows = site.log("").json()["rows"]
    for row in rows:
        kinds = {column.column.name: column.column.kind for column in LOG_TABLES[row["record_kind"]].columns}
        numbers = {name: row[name] for name, kind in kinds.items() if kind in {ColumnKind.NUMBER, ColumnKind.INTEGER}}
        assert {name: value for name, value in numbers.items() if type(value) is str} == {}
    assert -3.25 in {row["entered_skew_s"] for row in rows}


@pytest.mark.chain
def test_authors_are_pseudonyms_and_roles_get_what_they_may_read(site: Site, store: tuple[Database, str]) -> None:
    """No name of a key or login is in any form; who may read no log records gets the study's alone."""
    database, url = store
    for by in ("key:desk", "key:desk", "login:7 Anna", "login:9 Anna", "key:other"):
        database.execute("select writing.note_create(%s, %s, %s)", (by, site.key, '{"text": "x"}'))
    authors = [row["author"] for row in site.rows("notes")]
    assert all(re.fullmatch(r"author-[0-9a-f]{12}", author) for author in authors)
    assert authors[0] == authors[1]
    assert authors[2] == authors[3]
    assert len(set(authors)) == 3
    filled(site)
    # From the first key on, this API lets nobody in without one: nothing comes after this test.
    tokens = {role: bearer(new_key(url, f"{role}-{site.key}", role, [site.key])) for role in Role}
    path = f"/api/v1/sites/{site.key}/log"
    for role, token in tokens.items():
        for form in ("", ".csv", ".ndjson"):
            answer = site.client.get(f"{path}{form}", params={"history": "true"}, headers=token)
            assert answer.status_code == (403 if role is Role.PUBLIC else 200), (role, form)
            assert answer.is_error or not re.search("key:|login:|Anna", answer.text), (role, form)
    funders = site.client.get(path, headers=tokens[Role.FUNDER]).json()
    assert funders["kinds"] == ["surveys", "answers", "exclusions", "studies", "phases"]
    refused = site.client.get(path, params={"kind": "notes,studies"}, headers=tokens[Role.FUNDER])
    assert (refused.status_code, "may not read notes" in refused.json()["detail"]) == (403, True)
    for role in (Role.STAFF, Role.EVALUATOR, Role.ADMIN):
        notes = f"/api/v1/sites/{site.key}/notes"
        listed = site.client.get(notes, headers=tokens[role]).json()["records"]
        one = min(listed, key=lambda note: note["note_id"])
        shown = site.client.get(f"{notes}/{one['note_id']}", headers=tokens[role]).json()
        [version] = site.client.get(f"{notes}/{one['note_id']}/history", headers=tokens[role]).json()
        who = {shown["written_by"], version["written_by"], version["record"]["written_by"], one["written_by"]}
        assert who == ({"key:desk"} if role is Role.ADMIN else {authors[0]}), role
    assert site.client.get(path, headers=tokens[Role.STAFF]).json()["kinds"] == list(LOG_TABLES)
