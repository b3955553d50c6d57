"""Every operation of the API, tried by everybody: whoever may is let in, nobody else is."""

import re
from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from api.access.roles import ROLES_WITH, Right, Role
from api.access.rules import RightsByOperation, ruled_by
from api.access.tokens import TokenKind, make
from api.app import create_app
from api.settings import ApiSettings
from tests.api.access.conftest import OTHER, SITE
from tests.api.access.grants import bearer, log_in, new_code, new_key, own_page
from tests.api.serving import serving

pytestmark = pytest.mark.chain

FREE = {Right.OPEN, Right.LOG_IN}
QUERY = "?from=never&day=never"
"""Whoever may gets an error for this time: nothing is asked of the database that takes long."""
SAFE = {"GET", "HEAD"}


@cache
def ruled() -> RightsByOperation:
    """Return what each operation needs, as the app itself says."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": "postgresql://nobody@/nothing"})
    app = create_app(settings)
    found = ruled_by(app)
    described = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert described <= set(found)
    return found


def filled(path: str) -> str:
    """Return a path with a value for each of its parameters."""
    known = path.replace("{site}", SITE)
    return re.sub(r"\{\w+\}", "1", known) + QUERY


def asked(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> int:
    """Return the status, without waiting for the end of a stream."""
    with client.stream(method, filled(path), headers=headers) as answer:
        if answer.status_code >= 400:
            answer.read()  # so that the connection can be used again
        return answer.status_code


def closed() -> Iterator[tuple[str, str, set[Right]]]:
    """Yield each operation that isn't everybody's."""
    for (method, path), rights in ruled().items():
        if not set(rights) <= FREE:
            yield method, path, set(rights)


@pytest.fixture
def client(place: str) -> Iterator[httpx.Client]:
    with serving(place, request_burst=1_000_000) as client:
        yield client


def test_who_shows_no_key_or_a_wrong_one_is_let_in_nowhere(client: httpx.Client, place: str) -> None:
    token = new_key(place, "desk", Role.ADMIN)
    wrong = [{}, bearer(make(TokenKind.KEY))]
    found = {
        (method, path, number): asked(client, method, path, headers)
        for method, path, _ in closed()
        for number, headers in enumerate(wrong)
    }
    assert len(found) > 200
    assert {key: status for key, status in found.items() if status != 401} == {}
    almost = [
        {"Authorization": f"Bearer {token.text[:-1]}{'A' if token.text[-1] != 'A' else 'B'}"},
        {"Authorization": f"Basic {token.text}"},
        {"Authorization": f"Bearer  {token.text}"},
        {"Authorization": token.text},
        {"Cookie": f"platspuls={token.text}"},
        {"Cookie": f"platspuls={make(TokenKind.LOGIN).text}"},
        {"Authorization": "Bearer " + make(TokenKind.LOGIN).text},
    ]
    assert [asked(client, "GET", "/api/v1/sites", headers) for headers in almost] == [401] * len(almost)


def test_each_role_is_let_in_where_it_may_and_nowhere_else(client: httpx.Client, place: str) -> None:
    tokens = {role: new_key(place, role.value, role, [SITE]) for role in Role}
    for method, path, rights in closed():
        for role, token in tokens.items():
            may = all(role in ROLES_WITH[right] for right in rights)
            status = asked(client, method, path, bearer(token))
            assert (status not in {401, 403, 429} and status < 500) if may else status == 403, (method, path, role)


def test_a_key_of_another_site_is_let_in_nowhere_that_names_a_site(client: httpx.Client, place: str) -> None:
    token = new_key(place, "other", Role.ADMIN, [OTHER])
    named = {(method, path) for method, path, _ in closed() if "{site}" in path}
    assert {(method, path): asked(client, method, path, bearer(token)) for method, path in named} == dict.fromkeys(
        named, 403
    )
    assert [site["site"] for site in client.get("/api/v1/sites", headers=bearer(token)).json()] == [OTHER]
    assert client.get(f"/sites/{OTHER}", headers=bearer(token)).status_code == 200


def test_a_role_at_one_site_gives_no_right_at_another(client: httpx.Client, place: str) -> None:
    """Of a key with several roles, each holds at its site alone, whichever of them holds elsewhere."""
    of_all = new_key(place, "of-all", Role.ADMIN, None, {SITE: "funder"})
    tokens = {Role.STAFF: new_key(place, "staff", Role.STAFF, [SITE], {OTHER: "admin"}), Role.FUNDER: of_all}
    for role, token in tokens.items():
        for method, path, rights in closed():
            if "{site}" in path:
                may = all(role in ROLES_WITH[right] for right in rights)
                status = asked(client, method, path, bearer(token))
                assert (status not in {401, 403, 429} and status < 500) if may else status == 403, (method, path, role)
        traces = [client.get(f"/api/v1/sites/{site}/audit", headers=bearer(token)) for site in (SITE, OTHER)]
        assert [trace.status_code for trace in traces] == [403, 200]


def test_lists_hold_the_sites_where_the_route_is_allowed(client: httpx.Client, place: str) -> None:
    headers = bearer(new_key(place, "mixed", Role.PUBLIC, [SITE], {OTHER: "staff"}))
    assert [site["site"] for site in client.get("/api/v1/sites", headers=headers).json()] == [OTHER]
    figures = client.get("/api/v1/public/sites", headers=headers).json()
    assert sorted(site["site"] for site in figures) == sorted([SITE, OTHER])
    assert client.get("/", headers=headers).headers["location"] == f"/sites/{OTHER}/today"


def test_a_site_that_does_not_exist_answers_like_one_that_is_not_yours(client: httpx.Client, place: str) -> None:
    token = new_key(place, "other", Role.ADMIN, [OTHER])
    answers = [client.get(f"/api/v1/sites/{site}/lines", headers=bearer(token)) for site in (SITE, "no-such-place")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer.json()["detail"].replace(SITE, "no-such-place") for answer in answers] == [
        "key:other has no rights at the site no-such-place"
    ] * 2


def test_a_cookie_writes_only_from_our_own_pages(client: httpx.Client, place: str) -> None:
    """Whatever changes something refuses what another page makes a browser send."""
    log_in(client, new_code(place, Role.ADMIN))
    host = str(client.base_url.netloc.decode())
    elsewhere = [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": f"http://{host}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": f"http://{host}.evil.example"},
        {"Referer": f"http://{host}/"},
    ]
    unsafe = [(method, path) for method, path in ruled() if method not in SAFE and path != "/logout"]
    assert unsafe
    for method, path in unsafe:
        assert asked(client, method, path, elsewhere[1]) == 403, (method, path)
        assert asked(client, method, path, own_page(client)) not in {401, 403}, (method, path)
    assert {asked(client, *unsafe[-1], headers) for headers in elsewhere} == {403}


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROGRAMS = ("application/json", "application/json, text/plain, */*", "text/html;q=0.5, application/problem+json")
UNKNOWN = [
    "/nothing",
    "/api",
    "/api/v2/sites",
    "/docs/x",
    f"/sites/{SITE}/x",
    f"/sites/{SITE}/",
    f"/sites/{SITE}/admin/x",
    "/sites/",
    "/admin/x",
    "/login/x",
    "/static/x.css",
    "//evil.example/",
    "/%00",
]


def test_every_refusal_is_a_page_for_browsers_and_a_problem_for_programs(client: httpx.Client, place: str) -> None:
    """Whatever is refused, of every operation and of addresses that nothing is at: one place decides by Accept.

    The page of a site that isn't yours is that of one that doesn't exist.
    """
    other = bearer(new_key(place, "other", Role.ADMIN, [OTHER]))
    paths = sorted((method, filled(path)) for method, path in ruled())
    asked_for = [
        *((method, path, {}) for method, path in paths),
        *((method, path, other) for path in UNKNOWN for method in ("GET", "POST")),
        *(("TRACE", path, {}) for _, path in paths[::10]),
    ]
    refused = set()
    for number, (method, path, headers) in enumerate(asked_for):
        accepts = (BROWSER, PROGRAMS[number % len(PROGRAMS)])
        answers = [client.request(method, path, headers={**headers, "Accept": accept}) for accept in accepts]
        statuses, kinds = {one.status_code for one in answers}, [one.headers.get("content-type") for one in answers]
        assert len(statuses) == 1, (method, path, statuses)
        if max(statuses) >= 400:
            refused |= statuses
            assert kinds == ["text/html; charset=utf-8", "application/problem+json"], (method, path)
            assert all("Accept," in one.headers["vary"] for one in answers), (method, path)
            assert 'href="/' in answers[0].text, (method, path)
            assert "//evil" not in answers[0].text, (method, path)
    assert refused >= {401, 403, 404, 405}
    for path in {path for method, path in ruled() if method == "GET" and "{site}" in path}:
        addresses = (filled(path), filled(path).replace(SITE, "no-such-place"))
        here, nowhere = (client.get(address, headers={**other, "Accept": BROWSER}) for address in addresses)
        assert (here.status_code, here.text) == (403, nowhere.text.replace("no-such-place", SITE)), path
