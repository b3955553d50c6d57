"""Logins of the installation's programs: what each may do, and what it may not."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.batch.writer import BatchWriter
from store.access.database_logins import LOGINS, LoginError, put_logins
from store.access.first_invitation import FILE, put_first_invitation
from store.aggregates.sums import sum_up_some
from store.database import Database, DatabaseError, NotReadyError, connect, transaction
from tests.support.small_site import START, ZONES, dwell, flow, make_site, received

pytestmark = pytest.mark.chain

READS = "select count(*) from reading.site"
STORES = "insert into platspuls.data_version select * from platspuls.data_version"
MAKES_SITES = "update platspuls.site set key = 'stolen'"
FORGETS = "delete from platspuls.line_flow"
SNOOPS = "select count(*) from platspuls.access_key"
GRANTS = "create role intruder"
COMMANDS = "select writing.note_use('aaaaaaaaaa')"
ALL = (READS, STORES, MAKES_SITES, FORGETS, SNOOPS, GRANTS, COMMANDS)
MAY = {"ingest": {STORES}, "api": {READS, COMMANDS}, "grafana": {READS}}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for login in LOGINS:
        (tmp_path / f"{login.name}.password").write_text(f"secret of {login.name}'\\\n")
    return tmp_path


def may(url: str, question: str) -> bool:
    with connect(url, application="test", autocommit=True) as database:
        try:
            with transaction(database):
                database.execute(b"set transaction read write")
                database.execute(question.encode())
        except NotReadyError:
            return False
    return True


def test_each_login_may_do_what_it_must_and_no_more(database: Database, database_url: str, folder: Path) -> None:
    assert put_logins(database, folder) == ["ingest", "api", "grafana"]
    assert put_logins(database, folder) == ["ingest", "api", "grafana"]
    for name, allowed in MAY.items():
        url = database_url.replace("platspuls@", f"{name}@", 1)
        assert {question for question in ALL if may(url, question)} == allowed, name


def test_ingest_may_sum_up_days(database: Database, database_url: str, folder: Path, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0, zones=ZONES), dwell(2, 0))])
    put_logins(database, folder)
    with connect(database_url.replace("platspuls@", "ingest@", 1), application="test", autocommit=True) as ingest:
        assert sum_up_some(ingest, START + timedelta(days=1)) == 4


def test_the_password_is_kept_as_a_verifier(database: Database, folder: Path) -> None:
    put_logins(database, folder)
    kept = database.execute(
        "select rolname, left(a.rolpassword, 14), rolconfig from pg_authid as a join pg_roles using (rolname) "
        "where rolname in ('ingest', 'api', 'grafana') order by rolname"
    ).fetchall()
    assert kept == [
        (name, "SCRAM-SHA-256$", [f"default_transaction_read_only={'on' if name == 'grafana' else 'off'}", "jit=off"])
        for name in ("api", "grafana", "ingest")
    ]


def test_only_those_with_a_file_and_none_that_may_more(database: Database, tmp_path: Path) -> None:
    (tmp_path / "api.password").write_text("secret")
    assert put_logins(database, tmp_path) == ["api"]
    (tmp_path / "api.password").write_text(" \n")
    with pytest.raises(LoginError, match=r"api\.password holds no password"):
        put_logins(database, tmp_path)
    (tmp_path / "api.password").write_text("secret")
    database.execute("alter role api createrole")
    try:
        with pytest.raises(DatabaseError, match="the user api may do more than a login of Platspuls"):
            put_logins(database, tmp_path)
    finally:
        database.execute("alter role api nocreaterole")


def test_the_first_administrator_is_invited_where_nobody_ever_was(database: Database, folder: Path) -> None:
    assert not put_first_invitation(database, folder)
    (folder / FILE).write_text(f"{hashlib.sha256(b'code').hexdigest()}\n")
    assert put_first_invitation(database, folder)
    assert not put_first_invitation(database, folder)
    invited = "select name, role, site_ids, made_by, code_sha256 from platspuls.access_session"
    rows = database.execute(invited.encode()).fetchall()
    assert rows == [("Admin", "admin", None, "install", hashlib.sha256(b"code").digest())]
    (folder / FILE).write_text("something else")
    with pytest.raises(LoginError, match="doesn't hold the SHA-256"):
        put_first_invitation(database, folder)
