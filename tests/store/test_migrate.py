"""Migrations: run once, frozen, refused when they don't fit; the reading contract is made anew."""

from pathlib import Path

import pytest

from store.database import NotReadyError, connect
from store.migrate import MigrationError, check_version, migrate, migrations

pytestmark = pytest.mark.chain


def test_an_empty_database_gets_all_and_a_second_run_nothing(empty_database_url: str) -> None:
    with connect(empty_database_url, application="test", autocommit=True) as database:
        with pytest.raises(NotReadyError, match="no Platspuls schema"):
            check_version(database)
        assert migrate(database) == migrations()
        assert migrate(database) == []
        check_version(database)


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute("insert into public.platspuls_migration values (9999, 'later', 'x')")
        with pytest.raises(NotReadyError, match="newer: it ran migration 9999"):
            check_version(database)
        with pytest.raises(MigrationError, match="newer"):
            migrate(database)


def test_a_changed_migration_is_refused(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute("update public.platspuls_migration set sha256 = 'x' where number = 1")
        with pytest.raises(MigrationError, match="another text of 0001_store"):
            migrate(database)


def test_a_frozen_migration_may_not_change(tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("select 1")
    (tmp_path / "FROZEN").write_text("0000 0001_first.sql\n")
    with pytest.raises(MigrationError, match=r"0001_first\.sql is frozen"):
        migrations(tmp_path)


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0002_second.sql").write_text("select 1")
    (tmp_path / "FROZEN").touch()
    with pytest.raises(MigrationError, match="without gaps"):
        migrations(tmp_path)
