"""Each route says what it needs, or the app can't be made."""

import pytest
from fastapi import APIRouter, FastAPI

from api.access.roles import ROLES_WITH, Right, Role
from api.access.rules import NoRuleError, include, needs, rights, routes


def test_a_route_without_a_rule_is_refused() -> None:
    router = APIRouter()

    @router.get("/free")
    async def free() -> None: ...

    with pytest.raises(NoRuleError, match="/free has no rule"):
        include(FastAPI(), router)


def test_a_mount_can_have_no_rule_and_is_refused() -> None:
    router = APIRouter(dependencies=[needs(Right.NUMBERS)])
    router.mount("/more", FastAPI())
    with pytest.raises(NoRuleError, match="can't have a rule"):
        include(FastAPI(), router)


def test_a_route_needs_what_it_says_and_what_its_router_says() -> None:
    router = APIRouter(dependencies=[needs(Right.READ_LOG_RECORDS)])

    @router.post("/notes", dependencies=[needs(Right.WRITE_LOG_RECORDS)])
    async def note() -> None: ...

    assert [rights(route) for route in routes(router)] == [[Right.READ_LOG_RECORDS, Right.WRITE_LOG_RECORDS]]


def test_every_right_has_roles_and_an_admin_has_them_all() -> None:
    assert set(ROLES_WITH) == set(Right)
    assert all(Role.ADMIN in roles for roles in ROLES_WITH.values())
    assert [right for right, roles in ROLES_WITH.items() if Role.PUBLIC in roles] == [
        Right.OPEN,
        Right.LOG_IN,
        Right.PUBLIC,
    ]
