"""Beyond loopback: with TLS and somebody who can be asked, or not at all."""

import asyncio
import ssl
import time
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from api.access.roles import Role
from api.access.tokens import TokenKind, make
from api.serve import check_that_callers_are_asked
from api.settings import ApiSettings, load, variable
from core.settings import SettingsError
from platspuls.ops.identity.certificates import make_authority, make_server
from tests.api.access.conftest import SITE
from tests.api.access.grants import bearer, log_in, new_code, new_key
from tests.api.serving import TIMEOUT_S, serving

LINES = f"/api/v1/sites/{SITE}/lines"
ANYWHERE = "0.0.0.0"  # noqa: S104 - it is what must be asked about
THROUGH_PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", "Host": "puls.example.org"}


def beyond(database_url: str) -> ApiSettings:
    return ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": database_url, "host": ANYWHERE, "database_wait_s": 5})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"host": ANYWHERE}, "keys would cross the network"),
        ({"tls_certificate": "/none.pem"}, "PLATSPULS_API_TLS_KEY must be set too"),
        ({"host": ANYWHERE, "trusted_proxy": "proxy.local"}, "'proxy.local' does not appear to be"),
        ({"host": ANYWHERE, "trusted_proxy": "10.0.0.1/8"}, "has host bits set"),
        ({"host": ANYWHERE, "trusted_proxy": f"10.0.0.2, {ANYWHERE}/0"}, "0.0.0.0/0 is everybody"),
        ({"tls_certificate": "/none.pem", "tls_key": "/none.key"}, "/none.pem is not a file"),
    ],
)
def test_settings_that_would_not_be_safe_are_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", "postgresql:///none")
    for name, value in given.items():
        monkeypatch.setenv(variable(name), value)
    with pytest.raises(SettingsError, match=sentence):
        load()


@pytest.mark.chain
def test_nobody_listens_beyond_loopback_before_the_first_key(place: str) -> None:
    with pytest.raises(SettingsError, match="nobody has a key or a login yet: make the first with"):
        asyncio.run(check_that_callers_are_asked(beyond(place)))
    new_code(place, Role.ADMIN)
    asyncio.run(check_that_callers_are_asked(beyond(place)))


@pytest.mark.chain
def test_while_the_database_is_away_it_starts_and_lets_nobody_in(tmp_path: Path) -> None:
    away = f"postgresql:///none?host={tmp_path}"
    asyncio.run(check_that_callers_are_asked(beyond(away).model_copy(update={"database_wait_s": 0.3})))
    with serving(away, database_wait_s=0.3) as client:
        assert client.get(LINES).status_code == 503


@pytest.mark.chain
def test_through_the_proxy_everybody_is_asked_and_known_by_their_own_address(place: str) -> None:
    more = {"trusted_proxy": "127.0.0.1", "host_names": "puls.example.org,127.0.0.1", "request_burst": 3}
    with serving(place, requests_per_minute=1, **more) as client:
        client.headers.update(THROUGH_PROXY)
        assert [client.get(LINES).status_code for _ in range(4)] == [401, 401, 401, 429]
        spoofed = {"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}
        assert client.get(LINES, headers=spoofed).status_code == 429
        assert client.get(LINES, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 401
        token = new_key(place, "desk", Role.STAFF, [SITE])
        assert client.get(LINES, headers=bearer(token)).status_code == 200
        plain = client.get(LINES, headers={**bearer(token), "X-Forwarded-Proto": "http"})
        assert (plain.status_code, "over https" in plain.json()["detail"]) == (403, True)


@pytest.mark.chain
def test_over_tls_of_our_own_the_cookie_is_for_https_alone(place: str, tmp_path: Path) -> None:
    authority = make_authority(datetime.now(UTC))
    pair = make_server(authority, ["127.0.0.1"], datetime.now(UTC))
    for name, content in (("ca", authority.certificate), ("cert", pair.certificate), ("key", pair.key)):
        (tmp_path / name).write_bytes(content)
    trusted = ssl.create_default_context(cafile=str(tmp_path / "ca"))
    files = {"tls_certificate": tmp_path / "cert", "tls_key": tmp_path / "key"}
    with serving(place, **files) as plain:
        address = f"https://127.0.0.1:{plain.base_url.port}"
        with httpx.Client(base_url=address, verify=trusted, timeout=TIMEOUT_S) as client:
            begun = log_in(client, new_code(place, Role.STAFF, [SITE]))
            cookie = SimpleCookie(begun.headers["set-cookie"])["__Host-platspuls"]
            assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "strict")
            assert client.get(LINES).status_code == 200
            assert client.get(LINES).headers["strict-transport-security"] == "max-age=31536000"
            secret = client.cookies["__Host-platspuls"]
            client.cookies.clear()
            assert client.get(LINES, headers={"Cookie": f"platspuls={secret}"}).status_code == 401


@pytest.mark.chain
def test_the_store_is_asked_for_guesses_no_oftener_than_for_anything_else(place: str) -> None:
    guessed, known = bearer(make(TokenKind.KEY)), bearer(new_key(place, "desk", Role.STAFF, [SITE]))
    unseen = bearer(new_key(place, "gate", Role.STAFF, [SITE]))
    more = {"trusted_proxy": "127.0.0.1", "host_names": "puls.example.org,127.0.0.1", "request_burst": 3}
    with serving(place, requests_per_minute=1, access_keep_s=0.1, **more) as client:
        client.headers.update(THROUGH_PROXY)
        assert client.get(LINES, headers=known).status_code == 200
        stale = {"Cookie": f"__Host-platspuls={make(TokenKind.LOGIN).text}"}
        assert [client.get(LINES, headers=given).status_code for given in (guessed, stale, guessed)] == [401, 401, 429]
        assert client.get(LINES, headers=unseen).status_code == 429
        time.sleep(0.2)
        assert client.get(LINES, headers=known).status_code == 200
        assert client.get(LINES, headers={**unseen, "X-Forwarded-For": "203.0.113.8"}).status_code == 200
