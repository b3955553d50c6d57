"""What an operator notes in the store for alerts: certificates and the database's limit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platspuls.cli.main import main
from store.database import connect
from store.monitoring import Certificate, note_certificates

pytestmark = pytest.mark.chain


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_certificates_of_the_folder_are_noted_and_old_ones_forgotten(database_url: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "credentials")
    run("tls", "init", "broker.example", "--folder", folder)
    with connect(database_url, application="tests", autocommit=True) as database:
        ended = datetime.now(UTC) - timedelta(hours=1)
        note_certificates(database, [Certificate("gone.pem", ["x"], ended)])
        assert database.execute(b"select days_left, noted_s from reading.certificate").fetchall() == [(-1, 0)]
        said = run("tls", "note", "--folder", folder, "--database-url", database_url)
        assert (said.exit_code, "Noted 2 certificates" in said.output) == (0, True)
        found = b"select path, names[1], days_left from reading.certificate order by days_left"
        assert database.execute(found).fetchall() == [
            ("mosquitto/server.pem", "broker.example", 824),
            ("authority/ca.pem", "Platspuls private authority", 3649),
        ]


def test_a_limit_of_the_database(database_url: str) -> None:
    address = ("--database-url", database_url)
    assert "no limit is set" in run("db", "limit", *address).output
    assert " of 0.5 GB" in run("db", "limit", "0.5", *address).output
    assert " of 40 GB" in run("db", "limit", "40", *address).output
    with connect(database_url, application="tests", autocommit=True) as database:
        database.execute(b"set role platspuls_reader")
        assert database.execute(b"select share > 0, limit_bytes from reading.store_size").fetchall() == [
            (True, 40 * 10**9)
        ]
    assert run("db", "limit", "1", "--none", *address).exit_code == 2
    assert "no limit is set" in run("db", "limit", "--none", *address).output
