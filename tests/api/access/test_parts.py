"""Tokens, paces and origins, by themselves."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from api.access.addresses import Addresses, networks
from api.access.rate_limit import RateLimit, RateLimiter
from api.access.tokens import TokenKind, code_sha256, make, make_code, read
from api.errors import NotAllowedError


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_is_read_as_it_was_made_and_as_nothing_else(kind: TokenKind) -> None:
    token = make(kind)
    found = read(kind, token.text)
    assert found == token
    assert found.is_behind(token.sha256)
    assert not found.is_behind(make(kind).sha256)
    other = TokenKind.KEY if kind is TokenKind.LOGIN else TokenKind.LOGIN
    assert read(other, token.text) is None
    assert read(kind, f" {token.text}") is None
    assert token.text not in repr(token)


@given(st.text(alphabet="ppk_s-0A1z \n\0åÖ٢", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert read(TokenKind.KEY, text) is None or text.startswith("ppk_")
    assert code_sha256(text) is None or len(code_sha256(text) or b"") == 32


def test_codes_are_read_however_they_are_typed() -> None:
    code = make_code()
    assert len(code) == 24
    assert code_sha256(code) == code_sha256(code.lower().replace("-", " "))
    assert code_sha256("OIL0-1234-5678-9ABC-DEFG") == code_sha256("0110 1234 5678 9abc defg")
    assert code_sha256("U" * 20) is None
    assert set("".join(make_code() for _ in range(50))) - {"-"} <= set(string.digits + string.ascii_uppercase) - set(
        "OILU"
    )


def test_a_bucket_lets_in_its_burst_and_then_its_pace() -> None:
    now_s = 0.0
    rate_limiter = RateLimiter(RateLimit(per_minute=6, burst=2), lambda: now_s)
    assert [rate_limiter.take("a") for _ in range(3)] == [0, 0, 10]
    assert rate_limiter.take("b") == 0
    now_s = 4.0
    assert rate_limiter.take("a") == 6
    now_s = 10.0
    assert [rate_limiter.take("a") for _ in range(2)] == [0, 10]
    now_s = 1e6
    assert [rate_limiter.take("a") for _ in range(3)] == [0, 0, 10]


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from("abc")), max_size=200))
def test_nobody_is_let_in_more_often_than_burst_and_pace_allow(steps: list[tuple[float, str]]) -> None:
    now_s, let_in = 0.0, dict.fromkeys("abc", 0)
    rate_limiter = RateLimiter(RateLimit(per_minute=60, burst=5), lambda: now_s)
    for pause_s, who in steps:
        now_s += pause_s
        let_in[who] += rate_limiter.take(who) == 0
    assert all(count <= 5 + now_s + 1e-6 for count in let_in.values())


def test_buckets_take_bounded_memory() -> None:
    rate_limiter = RateLimiter(RateLimit(per_minute=60, burst=1), lambda: 0.0, most=10)
    for number in range(1_000):
        rate_limiter.take(str(number))
    assert len(rate_limiter) == 10
    assert rate_limiter.take("999") > 0


def asked(peer: str, scheme: str = "http", **headers: str) -> HTTPConnection:
    sent = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in {"host": "127.0.0.1:8080", **headers}.items()
    ]
    scope = {"type": "http", "client": (peer, 1), "scheme": scheme, "headers": sent, "path": "/", "server": ("x", 80)}
    return HTTPConnection({**scope, "query_string": b"", "root_path": ""})


PROXIES = networks("10.0.0.2, 10.1.0.0/16")
ALONE = Addresses([], is_loopback=True)
BEHIND = Addresses(PROXIES, is_loopback=False)


def test_this_machine_is_known_by_all_signs_together() -> None:
    assert ALONE.origin(asked("127.0.0.1")).is_local
    assert ALONE.origin(asked("::ffff:127.0.0.1")).is_local
    assert ALONE.origin(asked("::1", host="[::1]:80")).is_local
    assert not ALONE.origin(asked("127.0.0.1", host="puls.example")).is_local
    assert not ALONE.origin(asked("127.0.0.1", x_forwarded_for="1.2.3.4")).is_local
    assert not BEHIND.origin(asked("127.0.0.1", scheme="https")).is_local


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("", "10.0.0.2"),
        ("nonsense", "10.0.0.2"),
        ("203.0.113.7, nonsense", "10.0.0.2"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_the_proxy_is_believed_as_far_as_it_wrote_itself(sent: str, address: str) -> None:
    origin = BEHIND.origin(asked("10.0.0.2", x_forwarded_for=sent, x_forwarded_proto="https"))
    assert (origin.address, origin.is_https, origin.is_local) == (address, True, False)


def test_what_others_say_of_where_they_come_from_counts_for_nothing() -> None:
    sent = asked("198.51.100.9", scheme="https", x_forwarded_for="127.0.0.1", x_forwarded_proto="http")
    assert BEHIND.origin(sent).address == "198.51.100.9"


def test_who_goes_round_the_proxy_without_tls_is_refused() -> None:
    for peer in ("198.51.100.9", "127.0.0.1"):
        with pytest.raises(NotAllowedError, match="only the trusted proxy"):
            BEHIND.origin(asked(peer, x_forwarded_proto="https"))
    with pytest.raises(NotAllowedError, match="over https"):
        BEHIND.origin(asked("10.0.0.2", x_forwarded_proto="http"))
