"""Logging in by a code that is good once, and out again; keys that end; what is never shown."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie

import httpx
import pytest

from api.access.roles import Role
from api.access.tokens import TokenKind, make
from store.access.keys_and_logins import revoke_key, revoke_login
from store.database import connect
from tests.api.access.conftest import KEEP_S, OTHER, SITE
from tests.api.access.grants import bearer, log_in, new_code, new_key, own_page
from tests.api.serving import serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

LINES = f"/api/v1/sites/{SITE}/lines"


def audited(place: str) -> list[tuple[str, str, str]]:
    with connect(place, application="test", autocommit=True) as database:
        rows = database.execute("select actor, action, entity from platspuls.audit order by audit_id").fetchall()
    return [(actor, action, entity) for actor, action, entity in rows if actor not in {"cli:test", "site-file"}]


def test_this_machine_reads_without_a_login_until_one_begins(client: httpx.Client, place: str) -> None:
    """An invitation that nobody took up closes nothing: it may have been shown to nobody."""
    code = new_code(place, Role.ADMIN)
    with serving(place) as another:  # which remembers nothing
        assert another.get(LINES).status_code == 200
    assert log_in(client, code).status_code == 303
    client.cookies.clear()
    eventually(lambda: client.get(LINES).status_code == 401)


def test_this_machine_reads_without_a_key_until_one_is_made(client: httpx.Client, place: str) -> None:
    assert client.get(LINES).status_code == 200
    token = new_key(place, "desk", Role.STAFF, [SITE])
    eventually(lambda: client.get(LINES).status_code == 401)
    assert client.get(LINES).headers["www-authenticate"] == "Bearer"
    assert client.get(LINES, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Forwarded-Host": "localhost"},
    ],
)
def test_what_came_through_a_proxy_is_not_this_machine(client: httpx.Client, header: dict[str, str]) -> None:
    assert client.get(LINES, headers=header).status_code == 401


def test_a_revoked_key_opens_nothing_within_the_stated_time(client: httpx.Client, place: str) -> None:
    token = new_key(place, "desk", Role.STAFF, [SITE])
    assert client.get(LINES, headers=bearer(token)).status_code == 200
    with connect(place, application="test", autocommit=True) as database:
        revoke_key(database, "cli:test", "desk")
    eventually(lambda: client.get(LINES, headers=bearer(token)).status_code == 401, timeout_s=KEEP_S + 3)


def test_a_key_and_a_session_that_expire_open_nothing_more(client: httpx.Client, place: str) -> None:
    token = new_key(place, "desk", Role.STAFF, [SITE])
    log_in(client, new_code(place, Role.STAFF, [SITE]))
    cookie = {"Cookie": f"platspuls={client.cookies['platspuls']}"}
    client.cookies.clear()
    assert [client.get(LINES, headers=shown).status_code for shown in (bearer(token), cookie)] == [200, 200]
    with connect(place, application="test", autocommit=True) as database:
        past = "made_at = '2020-01-01', expires_at = now() - interval '1 second'"
        database.execute(f"update platspuls.access_key set {past}".encode())  # noqa: S608 - words of ours
        database.execute(b"update platspuls.access_session set expires_at = now() - interval '1 second'")
    for shown in (bearer(token), cookie):
        eventually(lambda shown=shown: client.get(LINES, headers=shown).status_code == 401, timeout_s=KEEP_S + 3)


def test_of_many_who_bring_one_code_at_once_one_gets_in(client: httpx.Client, place: str) -> None:
    code = new_code(place, Role.STAFF, [SITE])

    def enter(_: int) -> int:
        with httpx.Client(base_url=client.base_url) as another:
            return log_in(another, code).status_code

    with ThreadPoolExecutor(8) as many:
        assert sorted(many.map(enter, range(8))) == [303, *[422] * 7]


def test_two_headers_are_not_one(client: httpx.Client, place: str) -> None:
    token = new_key(place, "desk", Role.STAFF, [SITE])
    twice = [("Authorization", f"Bearer {make(TokenKind.KEY).text}"), ("Authorization", f"Bearer {token.text}")]
    assert client.get(LINES, headers=twice).status_code == 401
    assert client.get(LINES, headers=[("authorization", f"bearer {token.text}")]).status_code == 200


def test_a_code_logs_in_once(client: httpx.Client, place: str) -> None:
    code = new_code(place, Role.STAFF, [SITE])
    assert 'name="code"' in client.get("/login").text  # a preview of the link uses nothing up
    begun = log_in(client, code.lower().replace("-", " "))
    assert (begun.status_code, begun.headers["location"]) == (303, "/")
    cookie = SimpleCookie(begun.headers["set-cookie"])["platspuls"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "strict", "/", "86400")
    page = client.get(f"/sites/{SITE}?lang=sv").text
    assert "Inloggad: Anna (personal)" in page
    assert client.get(f"/api/v1/sites/{OTHER}/lines").status_code == 403
    with httpx.Client(base_url=client.base_url) as another:
        again = log_in(another, code)
        assert (again.status_code, "set-cookie" in again.headers) == (422, False)
        assert "Länken är redan använd" in again.text
        assert another.get(LINES).status_code == 401
    assert audited(place) == [("login:1 Anna", "log_in", "session")]


def test_a_link_that_was_used_opens_its_page_for_who_is_logged_in(client: httpx.Client, place: str) -> None:
    code, other = new_code(place, Role.STAFF, [SITE]), new_code(place, Role.STAFF, [SITE], "Bo")
    form = {"code": code, "to": f"/sites/{SITE}/count?lang=sv"}
    for _ in range(2):
        answer = client.post("/login", data=form, headers=own_page(client))
        assert (answer.status_code, answer.headers["location"]) == (303, form["to"])
    assert "Du är redan inloggad" in client.get("/login?lang=sv").text
    unknown = client.post("/login", data={"code": "0" * 20}, headers=own_page(client))
    assert (unknown.status_code, "Koden gäller inte" in unknown.text) == (422, True)
    with connect(place, application="test", autocommit=True) as database:
        revoke_login(database, "cli:test", 2)
    assert log_in(client, other).status_code == 422  # nobody used it
    client.post("/logout", headers=own_page(client))
    assert "Länken är redan använd" in client.post("/login", data=form, headers=own_page(client)).text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/x\r\nSet-Cookie: a=b",
        "/?" + "x" * 400,
        '/"><script>',
        "sites",
        "",
    ],
)
def test_a_link_leads_to_paths_of_ours_alone(client: httpx.Client, place: str, to: str) -> None:
    code = new_code(place, Role.STAFF, [SITE])
    assert 'name="to" value="/"' in client.get("/login", params={"to": to}).text
    answer = client.post("/login", data={"code": code, "to": to}, headers=own_page(client))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_who_must_log_in_comes_back_to_what_they_asked_for(client: httpx.Client, place: str) -> None:
    new_key(place, "desk", Role.STAFF, [SITE])
    asked = f"/sites/{SITE}/count?lang=en"
    eventually(lambda: client.get(asked).status_code == 401)
    assert 'href="/login?lang=en&amp;to=%2Fsites%2Fhaninge-entre%2Fcount%3Flang%3Den"' in client.get(asked).text


@pytest.mark.parametrize("code", ["", "x", "0" * 20, "A" * 10_000, "%00", "ÅÄÖ" * 7, "'; drop table platspuls.site --"])
def test_what_is_no_code_begins_nothing(client: httpx.Client, code: str) -> None:
    assert log_in(client, code).status_code == 422
    assert not client.cookies


def test_logging_out_ends_the_session_for_whoever_has_its_cookie(client: httpx.Client, place: str) -> None:
    log_in(client, new_code(place, Role.STAFF, [SITE]))
    stolen = dict(client.cookies)
    assert client.get(LINES).status_code == 200
    left = client.post("/logout?lang=en", headers=own_page(client))
    assert (left.status_code, left.headers["location"]) == (303, "/logged-out?lang=en")
    assert "You are logged out" in client.get(left.headers["location"]).text
    assert not client.cookies
    assert client.get(LINES, headers={"Cookie": f"platspuls={stolen['platspuls']}"}).status_code == 401
    assert ("login:1 Anna", "log_out", "session") in audited(place)


def test_who_knows_a_prefix_can_not_log_somebody_out(client: httpx.Client, place: str) -> None:
    log_in(client, new_code(place, Role.STAFF, [SITE]))
    text = client.cookies["platspuls"]
    forged = text[:15] + make(TokenKind.LOGIN).text[15:]
    assert forged != text
    client.cookies.clear()
    client.post("/logout", headers={**own_page(client), "Cookie": f"platspuls={forged}"})
    assert client.get(LINES, headers={"Cookie": f"platspuls={text}"}).status_code == 200


def test_every_changed_letter_of_a_cookie_is_noticed(client: httpx.Client, place: str) -> None:
    log_in(client, new_code(place, Role.STAFF, [SITE]))
    text = client.cookies["platspuls"]
    client.cookies.clear()
    for place_in_text in (0, 2, 4, 9, 15, 16, 30, len(text) - 1):
        letter = "a" if text[place_in_text] != "a" else "b"
        changed = text[:place_in_text] + letter + text[place_in_text + 1 :]
        assert client.get(LINES, headers={"Cookie": f"platspuls={changed}"}).status_code == 401
    for more in (f"{text}x", text[:-1], text.upper(), f'"{text} "'):
        assert client.get(LINES, headers={"Cookie": f"platspuls={more}"}).status_code == 401
    assert client.get(LINES, headers={"Cookie": f"platspuls={text}"}).status_code == 200


def test_an_open_stream_ends_when_its_session_does(client: httpx.Client, place: str) -> None:
    log_in(client, new_code(place, Role.STAFF, [SITE]))
    with client.stream("GET", f"/api/v1/sites/{SITE}/live/stream") as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("event: live")
        with connect(place, application="test", autocommit=True) as database:
            revoke_login(database, "cli:test", 1)
        assert all(not line.startswith("never") for line in lines)  # it ends


def test_an_open_stream_ends_when_its_key_does(client: httpx.Client, place: str) -> None:
    token = new_key(place, "screen", Role.STAFF, [SITE])
    with client.stream("GET", f"/api/v1/sites/{SITE}/live/stream", headers=bearer(token)) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("event: live")
        with connect(place, application="test", autocommit=True) as database:
            revoke_key(database, "cli:test", "screen")
        assert all(not line.startswith("never") for line in lines)


def test_a_page_says_what_to_do(client: httpx.Client, place: str) -> None:
    token = new_key(place, "desk", Role.FUNDER, [SITE])
    eventually(lambda: client.get(LINES).status_code == 401)
    for language, words in (("sv", "Du behöver logga in"), ("en", "You need to log in")):
        refused = client.get(f"/sites/{SITE}", headers={"Accept-Language": language})
        assert (refused.status_code, words in refused.text) == (401, True)
    for language, words in (("sv", "räcker inte hit"), ("en", "reach this")):
        refused = client.get(f"/sites/{OTHER}", headers={"Accept-Language": language, **bearer(token)})
        assert (refused.status_code, words in refused.text) == (403, True)


def test_who_asks_too_often_hears_when_to_come_again(place: str) -> None:
    token = new_key(place, "desk", Role.STAFF, [SITE])
    with serving(place, requests_per_minute=1, request_burst=3) as client:  # none more while a slow machine asks
        statuses = [client.get(LINES, headers=bearer(token)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = client.get(LINES, headers=bearer(token))
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["type"] == "urn:platspuls:problem:rate-limited"
        nobody = [client.get(LINES).status_code for _ in range(4)]
        assert nobody == [401, 401, 401, 429]
        page = client.get(f"/sites/{SITE}", headers={"Accept-Language": "sv"})
        assert (page.status_code, "För många försök" in page.text) == (429, True)
        assert client.get("/healthz").status_code == 200


def test_nothing_secret_is_logged_or_shown(client: httpx.Client, place: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, code = new_key(place, "desk", Role.STAFF, [SITE]), new_code(place, Role.STAFF, [SITE])
    shown = [log_in(client, code).text]
    cookie = client.cookies["platspuls"]
    shown += [client.get(path, headers=bearer(token)).text for path in (LINES, f"/sites/{SITE}", "/login", "/nothing")]
    shown += [client.get(LINES, headers={"Authorization": f"Bearer {token.text}x"}).text]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    everything = "\n".join([*shown, *ours, repr(token)])
    for secret in (token.text, cookie, code, token.text[15:], cookie[15:], code.replace("-", "")):
        assert secret not in everything
    assert not re.search(r"(?i)set-cookie|authorization: bearer pp", everything)
