"""Keys and logins in the store: made, found while they are good, ended, and never shown with a secret."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from store.database import Database

pytestmark = pytest.mark.chain

SECRET = b"s" * 32
PREFIX = "abcdefgh23"


def called(database: Database, command: str, /, **parameters: object) -> Any:  # noqa: ANN401 - whatever the command returns
    """Return what a command of the schema `writing` returns."""
    words = ", ".join(f"p_{key} => %({key})s" for key in parameters)
    row = database.execute(f"select writing.{command}({words})".encode(), parameters).fetchone()
    assert row
    return row[0]


def rows(database: Database, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    return database.execute(query.encode(), parameters).fetchall()


def add_key(database: Database, **more: object) -> object:
    given = {"by": "cli:me", "name": "desk", "prefix": PREFIX, "secret_sha256": SECRET, "role": "staff"}
    return called(database, "key_add", **{**given, "sites": ["torget"], "expires_at": None, **more})


def invite(database: Database, **more: object) -> Any:  # noqa: ANN401 - the number of the session
    given = {"by": "cli:me", "name": "Anna", "role": "staff", "sites": None, "code_sha256": b"c" * 32}
    times = {"code_lifetime": timedelta(minutes=10), "lifetime": timedelta(days=14)}
    return called(database, "login_invite", **{**given, **times, **more})


def log_in(database: Database, code: bytes = b"c" * 32, prefix: str = PREFIX) -> Any:  # noqa: ANN401 - JSON
    return called(database, "log_in", code_sha256=code, prefix=prefix, secret_sha256=SECRET)


def test_a_key_is_found_until_it_is_revoked(database: Database) -> None:
    assert rows(database, "select is_required from reading.authentication") == [(False,)]
    add_key(database)
    assert rows(database, "select is_required from reading.authentication") == [(True,)]
    assert rows(database, "select * from reading.find_key(%s)", PREFIX) == [("desk", "staff", ["torget"], SECRET, None)]
    called(database, "key_revoke", by="cli:me", name="desk")
    assert rows(database, "select * from reading.find_key(%s)", PREFIX) == []
    assert rows(database, "select is_required from reading.authentication") == [(True,)]
    with pytest.raises(psycopg.errors.UniqueViolation, match="was revoked at"):
        called(database, "key_revoke", by="cli:me", name="desk")
    assert rows(database, "select actor, action, entity, entity_id from platspuls.audit order by audit_id") == [
        ("cli:me", "add", "key", "desk"),
        ("cli:me", "revoke", "key", "desk"),
    ]


def test_a_key_that_expired_is_not_found(database: Database) -> None:
    add_key(database, expires_at=datetime.now(UTC) + timedelta(hours=1))
    database.execute("update platspuls.access_key set made_at = '2020-01-01', expires_at = now() - interval '1 second'")
    assert rows(database, "select * from reading.find_key(%s)", PREFIX) == []


@pytest.mark.parametrize(
    ("wrong", "state", "sentence"),
    [
        ({"name": "My Key"}, "22023", "name My Key"),
        ({"role": "owner"}, "22023", "role owner"),
        ({"sites": ["nowhere"]}, "P0002", "sites: there is no site nowhere"),
        ({"sites": []}, "22023", "name at least one site"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "22023", "that is past"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    database: Database, wrong: dict[str, object], state: str, sentence: str
) -> None:
    with pytest.raises(psycopg.Error, match=sentence) as caught:
        add_key(database, **wrong)
    assert caught.value.sqlstate == state


def test_a_key_and_a_login_have_a_role_at_each_of_their_sites(database: Database) -> None:
    add_key(database, role_at='{"torget": "admin"}')
    assert rows(database, "select reading.roles_at_sites(%s), writing.key_roles('desk')", PREFIX) == [
        ({"torget": "admin"}, {"torget": "admin"})
    ]
    number = invite(database, sites=None, role_at='{"torget": "evaluator"}')
    log_in(database, prefix="zzzzzzzzzz")
    assert rows(database, "select reading.roles_at_sites(%s), writing.login_roles(%s)", "zzzzzzzzzz", number) == [
        ({"torget": "evaluator"}, {"torget": "evaluator"})
    ]
    assert rows(database, "select reading.roles_at_sites(%s)", "yyyyyyyyyy") == [(None,)]
    noted = rows(database, "select after -> 'role_at' from platspuls.audit where action in ('add', 'invite')")
    assert noted == [({"torget": "admin"},), ({"torget": "evaluator"},)]


def test_a_site_with_a_role_of_its_own_is_one_of_the_sites(database: Database) -> None:
    add_key(database, sites=[], role_at='{"torget": "funder"}')
    [(sites,)] = rows(database, "select sites from reading.find_key(%s)", PREFIX)
    assert sites == ["torget"]


@pytest.mark.parametrize(
    ("role_at", "sentence"),
    [
        ('{"nowhere": "staff"}', "there is no site nowhere"),
        ('{"torget": "owner"}', "role_at.torget owner: roles are"),
        ('{"torget": null}', "role_at.torget"),
        ('["torget"]', "role_at must be an object"),
    ],
)
def test_roles_by_site_that_make_no_sense_are_refused(database: Database, role_at: str, sentence: str) -> None:
    for make in (add_key, invite):
        with pytest.raises(psycopg.Error, match=sentence):
            make(database, role_at=role_at)
    with pytest.raises(psycopg.Error, match="public: roles are staff"):
        invite(database, role_at='{"torget": "public"}')


def test_a_name_is_never_given_twice(database: Database) -> None:
    add_key(database)
    with pytest.raises(psycopg.errors.UniqueViolation, match="names are never given twice"):
        add_key(database, prefix="zzzzzzzzzz")


def test_an_invitation_asks_nobody_who_they_are_before_it_is_taken_up(database: Database) -> None:
    asked = "select (select is_required from reading.authentication), (select is_given from reading.invitation)"
    assert rows(database, asked) == [(False, False)]
    invite(database)
    assert rows(database, asked) == [(False, True)]
    log_in(database)
    assert rows(database, asked) == [(True, True)]
    called(database, "login_revoke", by="cli:me", login_id=1)
    assert rows(database, asked) == [(True, True)]


def test_who_has_a_code_may_know_what_became_of_it(database: Database) -> None:
    asked = "select reading.code_state(%s)"
    assert rows(database, asked, b"c" * 32) == [(None,)]
    invite(database)
    assert rows(database, asked, b"c" * 32) == [("waits",)]
    log_in(database)
    assert rows(database, asked, b"c" * 32) == [("used",)]
    number = invite(database, code_sha256=b"d" * 32)
    called(database, "login_revoke", by="cli:me", login_id=number)
    assert rows(database, asked, b"d" * 32) == [("over",)]


def test_a_code_is_good_once(database: Database) -> None:
    number = invite(database)
    begun = log_in(database)
    assert (begun["login"], begun["role"], begun["sites"]) == (number, "staff", None)
    [(name, role, sites, secret, expires_at)] = rows(database, "select * from reading.find_login(%s)", PREFIX)
    assert (name, role, sites, secret) == (f"{number} Anna", "staff", None, SECRET)
    assert timedelta(days=13) < expires_at - datetime.now(UTC) <= timedelta(days=14)
    assert log_in(database, prefix="zzzzzzzzzz") is None


@pytest.mark.parametrize("how", ["expired", "revoked", "unknown"])
def test_a_code_that_is_no_longer_good_begins_nothing(database: Database, how: str) -> None:
    number = invite(database)
    if how == "expired":
        database.execute("update platspuls.access_session set code_expires_at = now() - interval '1 second'")
    if how == "revoked":
        called(database, "login_revoke", by="cli:me", login_id=number)
    assert log_in(database, code=b"x" * 32 if how == "unknown" else b"c" * 32) is None
    assert rows(database, "select begun_at from platspuls.access_session") == [(None,)]


def test_logging_out_ends_the_session_and_may_be_done_twice(database: Database) -> None:
    invite(database)
    log_in(database)
    for _ in range(2):
        called(database, "log_out", by="login:1 Anna", prefix=PREFIX)
    assert rows(database, "select * from reading.find_login(%s)", PREFIX) == []
    assert rows(database, "select action from platspuls.audit order by audit_id") == [
        ("invite",),
        ("log_in",),
        ("log_out",),
    ]


def test_a_session_ends_when_its_time_is_over(database: Database) -> None:
    invite(database)
    log_in(database)
    database.execute("update platspuls.access_session set expires_at = now() - interval '1 second'")
    assert rows(database, "select * from reading.find_login(%s)", PREFIX) == []


@pytest.mark.parametrize("wrong", [{"lifetime": timedelta(days=400)}, {"code_lifetime": timedelta(days=2)}])
def test_neither_sessions_nor_codes_last_for_ever(database: Database, wrong: dict[str, object]) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="at most"):
        invite(database, **wrong)


def test_use_is_known_to_the_hour(database: Database) -> None:
    add_key(database)
    called(database, "note_use", prefix=PREFIX)
    [(used_at,)] = rows(database, "select used_at from writing.key_list()")
    assert (used_at.minute, used_at.second, used_at.microsecond) == (0, 0, 0)


def test_lists_hold_nothing_that_opens_anything(database: Database) -> None:
    add_key(database)
    invite(database)
    log_in(database, prefix="zzzzzzzzzz")
    for name in ("key_list", "login_list"):
        said = repr(rows(database, f"select * from writing.{name}()"))  # noqa: S608 - names of ours
        assert "desk" in said or "Anna" in said
        assert not any(secret in said for secret in (PREFIX, "zzzzzzzzzz", repr(SECRET), repr(b"c" * 32)))


def test_readers_list_no_keys_and_staff_make_none(database: Database) -> None:
    add_key(database)
    database.execute("set role platspuls_reader")
    assert len(rows(database, "select * from reading.find_key(%s)", PREFIX)) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("select from platspuls.access_key")
    database.execute("reset role")
    asked = {
        "select writing.key_list()": ["platspuls_reader", "platspuls_staff"],
        "select writing.login_list()": ["platspuls_reader", "platspuls_staff"],
        "select writing.key_revoke('me', 'desk')": ["platspuls_reader", "platspuls_staff"],
    }
    for query, roles in asked.items():
        for role in roles:
            database.execute(f"set role {role}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(query.encode())
            database.execute("reset role")


def test_an_export_is_noted(database: Database) -> None:
    called(database, "note_export", by="key:desk", site="torget", export="e1", action="begin", what="{}")
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        called(database, "note_export", by="key:desk", site="torget", export="e1", action="other", what="{}")
    assert rows(database, "select actor, action, entity, entity_id, after from platspuls.audit") == [
        ("key:desk", "begin", "export", "e1", {})
    ]
