"""Which addresses only this machine reaches, and that no password in an address is ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import is_loopback, names_a_secret, without_secret, without_secrets

SECRET = "zJq8"  # noqa: S105  it opens nothing
"""Part of each password that is drawn; of no other part of an address."""
signs = st.text("abc019@/:?#&=%[] '\"\\+.!$;,åß\t", max_size=6)
passwords = st.builds(lambda before, after: before + SECRET + after, signs, signs)
hosts = st.sampled_from(["10.0.0.7", "cam-3.example", "[fe80::1]", "kamera"])
schemes = st.sampled_from(["rtsp", "http", "https", "rtmp", "postgresql", "mqtts", "rtsp+tls"])
ports = st.sampled_from(["", ":554", ":8080"])
plain = st.text("abcd019-_./", max_size=8).map(lambda text: f"/{text}")
PLACES = (
    "{scheme}://user:{password}@{host}{port}{path}",
    "{scheme}://{password}@{host}{port}{path}",
    "{scheme}://user:{password}@{host}{port}{path}?password={password}",
    "{scheme}://{host}{port}{path}?user=a&password={password}",
    "{scheme}://{host}{port}/user=admin&password={password}&channel=1.sdp",
    "{scheme}://{host}{port}/onvif/{password}{path}",
    "{scheme}://{host}{port}{path}#{password}",
    "{scheme}://user@{host}{port}{path};auth={password}",
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Draw an address with a password somewhere in it."""
    parts = {"scheme": schemes, "host": hosts, "port": ports, "path": plain, "password": passwords}
    return draw(st.sampled_from(PLACES)).format(**{name: draw(strategy) for name, strategy in parts.items()})


@given(addresses())
def test_no_password_is_shown_wherever_it_stands(address: str) -> None:
    assert SECRET not in without_secret(address)
    assert SECRET not in without_secrets(f"can't open {address}: no route\nanother line")


@given(schemes, hosts, ports, plain)
def test_the_host_is_shown_where_it_is_beyond_doubt(scheme: str, host: str, port: str, path: str) -> None:
    assert without_secret(f"{scheme}://u:geheim@{host}{port}{path}").startswith(f"{scheme}://{host}{port}")
    assert without_secret(f"{scheme}://{host}{port}") == f"{scheme}://{host}{port}"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://cam:geheim@10.0.0.7/main", "rtsp://10.0.0.7/..."),
        ("rtsp://cam/stream?user=a&password=b", "rtsp://cam/..."),
        ("http://h/onvif/secret/1", "http://h/..."),
        ("rtsp://user:p@ss@host", "rtsp://host"),
        ("rtsp://user:p/ss@host/x", "rtsp://..."),
        ("rtsp://user:12/34@host/x", "rtsp://..."),
        ("rtsp://host/x?password=a@b", "rtsp://..."),
        ("rtsp://user:pass/", "rtsp://..."),
        ("/dev/video0", "/dev/video0"),
        ("0", "0"),
        ("rtspsrc location=rtsp://u:p@h/x", "..."),
    ],
)
def test_what_is_shown(address: str, shown: str) -> None:
    assert without_secret(address) == shown


def test_a_sentence_without_secrets_stays() -> None:
    assert without_secrets("method DESCRIBE failed: 401 Unauthorized") == "method DESCRIBE failed: 401 Unauthorized"
    assert without_secrets("opening http://h/onvif/secret/a failed\nagain") == "opening http://h/...\nagain"


def test_fields_are_known_for_secret_by_their_name() -> None:
    assert all(map(names_a_secret, ("mqtt.password", "source.Passwd", "api_token", "client-secret")))
    assert not any(map(names_a_secret, ("mqtt.password_file", "source.address", "source.size")))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_computer_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.168.1.2", "localhost.example.org", "broker", "::2"])
def test_other_computers_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)
