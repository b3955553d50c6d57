"""Who may run commands, and the trace that each leaves: only added to."""

import psycopg
import pytest

from core.sql import script
from store.database import SQL_FOLDER, Database, connect

pytestmark = pytest.mark.chain

NOTE = "select platspuls.audit_note('key:desk', null, 'create', 'thing', '1', null, '{\"a\": 1}')"
RIGHTS = SQL_FOLDER / "rights" / "writing.sql"
ROLES = ("platspuls_reader", "platspuls_staff", "platspuls_admin")


def said(database: Database, role: str, query: str) -> str:
    """Return the SQLSTATE that a role gets for a query, or nothing where it works."""
    try:
        with database.transaction():
            database.execute(f"set local role {role}".encode())
            database.execute(query.encode())
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return ""


def test_the_audit_is_only_added_to(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute(NOTE.encode())
        for change in (
            "update platspuls.audit set actor = 'x'",
            "delete from platspuls.audit",
            "truncate platspuls.audit",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added to"):
                database.execute(change.encode())
        rows = database.execute(
            "select actor, action, entity, entity_id, before, after from platspuls.audit"
        ).fetchall()
        assert rows == [("key:desk", "create", "thing", "1", None, {"a": 1})]


def test_nobody_but_the_owner_touches_a_table_or_notes_by_himself(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        for role in ROLES:
            assert said(database, role, NOTE) == "42501"
            assert said(database, role, "select from platspuls.audit") == "42501"
            assert said(database, role, "create table writing.mine ()") == "42501"
            assert said(database, role, "select from reading.site") == ""


def test_only_commands_may_be_called_and_keys_are_an_admins(database_url: str) -> None:
    """Functions of the schema that run as their caller are parts of commands."""
    with connect(database_url, application="test", autocommit=True) as database:
        for name, how in (("part", ""), ("thing_make", "security definer"), ("key_make", "security definer")):
            database.execute(
                f"create function writing.{name}() returns void language sql {how} "
                "set search_path = pg_catalog, platspuls, pg_temp as ''".encode()
            )
        database.execute(script(RIGHTS))
        asked = {
            (role, name): said(database, role, f"select writing.{name}()") == ""
            for role in ROLES
            for name in ("part", "thing_make", "key_make")
        }
    assert {pair for pair, may in asked.items() if may} == {
        ("platspuls_staff", "thing_make"),
        ("platspuls_admin", "thing_make"),
        ("platspuls_admin", "key_make"),
    }


def test_a_command_that_could_be_given_its_callers_tables_is_refused(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute(
            "create function writing.careless() returns void language sql security definer "
            "set search_path = pg_catalog, platspuls as ''"
        )
        with pytest.raises(psycopg.errors.RaiseException, match=r"writing\.careless\(\) must set search_path"):
            database.execute(script(RIGHTS))
