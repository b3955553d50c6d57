"""Who asks: what they may where, and the name that they write under."""

import pytest

from api.access.caller import ANONYMOUS, LOCAL, AuthMethod, Caller
from api.access.roles import Right, Role, SiteRoles

BOTH = Caller("login:7 Anna Berg", SiteRoles({"hall": Role.STAFF}, Role.FUNDER), AuthMethod.LOGIN)


def test_a_right_holds_at_the_site_where_the_role_has_it() -> None:
    assert BOTH.may(Right.WRITE_LOG_RECORDS, "hall")
    assert not BOTH.may(Right.WRITE_LOG_RECORDS, "torget")
    assert BOTH.may(Right.NUMBERS, "torget")
    assert BOTH.may_somewhere(Right.WRITE_LOG_RECORDS)
    assert not BOTH.may_somewhere(Right.ADMIN)
    assert BOTH.names_at("hall") == {"names": False}
    assert LOCAL.names_at("hall") == {"names": True}
    assert not ANONYMOUS.may_see("hall")
    assert ANONYMOUS.may(Right.LOG_IN, "hall")


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("login:7 Anna Berg", "login:Anna Berg"),
        ("login:19 7 Anna", "login:7 Anna"),
        ("key:desk", "key:desk"),
        ("local", "local"),
    ],
)
def test_logins_of_one_name_are_one_author(name: str, author: str) -> None:
    assert Caller(name, SiteRoles({}), AuthMethod.LOGIN).author == author
