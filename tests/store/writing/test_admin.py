"""What an administrator's login may decide about others': in SQL, so that no program with staff's role can do more."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from store.database import Database
from tests.store.writing.test_access import called, rows

pytestmark = pytest.mark.chain

TIMES = {"code_lifetime": timedelta(hours=1), "lifetime": timedelta(days=14)}


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Logins by what they are: an administrator of all, one of torget, staff there, a funder of all; by the prefix."""
    database.execute("insert into platspuls.site values (default, 'hall', 'H', 'H', 'UTC', 1, '')")
    made = {
        "ofall": log_in(database, "ofall", "admin", None),
        "oftorget": log_in(database, "oftorget", "funder", ["hall"], '{"torget": "admin"}'),
        "staff": log_in(database, "staff", "staff", ["torget"]),
        "funder": log_in(database, "funder", "funder", None),
        "oflittle": log_in(database, "oflittle", "admin", None, '{"hall": "staff"}'),
    }
    database.execute("set role platspuls_staff")
    return made


def prefix(name: str) -> str:
    return name.ljust(10, "a")


def log_in(database: Database, name: str, role: str, sites: list[str] | None, role_at: str | None = None) -> int:
    code = name.encode().ljust(32)
    given = {"name": name, "role": role, "sites": sites, "role_at": role_at, "code_sha256": code, **TIMES}
    made: int = called(database, "login_invite", by="cli", **given)
    called(database, "log_in", code_sha256=code, prefix=prefix(name), secret_sha256=b"s" * 32)
    return made


def invite(database: Database, by: str, sites: list[str] | None, role_at: str | None, role: str) -> object:
    given = {"name": "New", "role": role, "sites": sites, "role_at": role_at, "code_sha256": b"n" * 32, **TIMES}
    return called(database, "admin_invite", prefix=prefix(by), **given)


@pytest.mark.parametrize(
    ("by", "sites", "role_at", "sentence"),
    [
        ("staff", ["torget"], None, "no site torget of which you are"),
        ("funder", ["torget"], None, "no site torget of which you are"),
        ("oftorget", ["hall"], None, "no site hall of which you are"),
        ("oftorget", ["torget", "hall"], None, "no site hall of which you are"),
        ("oftorget", ["torget"], '{"hall": "staff"}', "no site hall of which you are"),
        ("oftorget", None, None, "only an administrator of all sites"),
        ("oftorget", None, '{"torget": "staff"}', "only an administrator of all sites"),
        ("oflittle", None, None, "only an administrator of all sites"),
        ("oflittle", ["hall"], None, "no site hall of which you are"),
        ("ofall", ["nowhere"], None, "no site nowhere"),
        ("nobody", ["torget"], None, "only a login that is good"),
    ],
)
@pytest.mark.usefixtures("people")
def test_nobody_invites_to_a_site_of_which_they_are_no_administrator(
    database: Database, by: str, sites: list[str] | None, role_at: str | None, sentence: str
) -> None:
    for role in ("staff", "admin"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match=sentence):
            invite(database, by, sites, role_at, role)


@pytest.mark.parametrize(
    ("by", "sites", "role_at"),
    [("oftorget", ["torget"], None), ("ofall", None, '{"hall": "admin"}'), ("oflittle", ["torget"], None)],
)
def test_an_administrator_invites_to_their_sites_under_their_name(
    database: Database, people: dict[str, int], by: str, sites: list[str] | None, role_at: str | None
) -> None:
    number = invite(database, by, sites, role_at, "admin")
    database.execute("reset role")
    asked = "select actor from platspuls.audit where entity_id = %s and action = 'invite'"
    assert rows(database, asked, str(number)) == [(f"login:{people[by]} {by}",)]


def test_a_login_that_ended_or_expired_decides_nothing_more(database: Database) -> None:
    for end in ("ended_at = now(), ended_by = 'x'", "expires_at = now()"):
        name = end[:5]
        log_in(database, name, "admin", None)
        database.execute(f"update platspuls.access_session set {end} where name = '{name}'".encode())  # noqa: S608 - ours
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="only a login that is good"):
            called(database, "admin_people", prefix=prefix(name))


def test_an_administrator_sees_roles_at_their_own_sites_alone(database: Database, people: dict[str, int]) -> None:
    def seen(by: str) -> dict[str, tuple[Any, ...]]:
        found = called(database, "admin_people", prefix=prefix(by))
        return {one["name"]: (one["role_at"], one["role_elsewhere"], one["may_end"], one["is_me"]) for one in found}

    assert seen("oftorget") == {
        "ofall": ({"torget": "admin"}, None, False, False),
        "oftorget": ({"torget": "admin"}, None, False, True),
        "staff": ({"torget": "staff"}, None, True, False),
        "funder": ({"torget": "funder"}, None, False, False),
        "oflittle": ({"torget": "admin"}, None, False, False),
    }
    assert seen("ofall")["oftorget"] == ({"torget": "admin", "hall": "funder"}, None, True, False)
    assert seen("ofall")["funder"] == ({"torget": "funder", "hall": "funder"}, "funder", True, False)
    assert seen("staff") == seen("funder") == {}
    assert len(people) == len(seen("ofall"))


def test_an_administrator_ends_logins_of_their_sites_alone(database: Database, people: dict[str, int]) -> None:
    for by, other in (("oftorget", "ofall"), ("oftorget", "funder"), ("staff", "oftorget"), ("oflittle", "oftorget")):
        for command, more in (
            ("admin_end_login", {}),
            ("admin_invite_again", {"code_sha256": b"x" * 32, "code_lifetime": timedelta(hours=1)}),
        ):
            with pytest.raises(psycopg.Error, match="no such login at sites of which you are"):
                called(database, command, prefix=prefix(by), login_id=people[other], **more)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="log out instead"):
        called(database, "admin_end_login", prefix=prefix("ofall"), login_id=people["ofall"])
    called(database, "admin_end_login", prefix=prefix("oftorget"), login_id=people["staff"])
    assert rows(database, "select * from reading.find_login(%s)", prefix("staff")) == []
    with pytest.raises(psycopg.errors.UniqueViolation, match="it ended at"):
        called(database, "admin_end_login", prefix=prefix("oftorget"), login_id=people["staff"])


def test_who_is_invited_again_gets_the_same_roles_and_the_link_before_is_over(
    database: Database, people: dict[str, int]
) -> None:
    again = {"code_sha256": b"x" * 32, "code_lifetime": timedelta(hours=1)}
    first = called(database, "admin_invite_again", prefix=prefix("ofall"), login_id=people["oftorget"], **again)
    second = called(
        database, "admin_invite_again", prefix=prefix("ofall"), login_id=first, **{**again, "code_sha256": b"y" * 32}
    )
    assert rows(database, "select reading.code_state(%s)", b"x" * 32) == [("over",)]
    called(database, "log_in", code_sha256=b"y" * 32, prefix="zzzzzzzzzz", secret_sha256=b"s" * 32)
    [(name, sites, role_at)] = rows(
        database,
        "select name, sites, reading.roles_at_sites(%s) from reading.find_login(%s)",
        "zzzzzzzzzz",
        "zzzzzzzzzz",
    )
    assert (name, sites, role_at) == (f"{second} oftorget", ["hall", "torget"], {"torget": "admin"})
    assert rows(database, "select count(*) from reading.find_login(%s)", prefix("oftorget")) == [(1,)]


def test_staff_of_the_database_run_these_commands_and_none_that_asks_nobody(database: Database) -> None:
    functions = """
        select proname, has_function_privilege('platspuls_staff', oid, 'execute')
        from pg_proc where pronamespace = 'writing'::regnamespace and proname ~ '^(key|login|admin|is_admin)_'
    """
    may = {str(name): bool(allowed) for name, allowed in rows(database, functions)}
    assert {name for name, allowed in may.items() if allowed} == {
        "admin_people",
        "admin_invite",
        "admin_invite_again",
        "admin_end_login",
    }
    assert {"key_add", "key_list", "login_list", "login_revoke", "login_invite", "admin_login"} <= set(may)
