"""Settings: all that is wrong is reported at once, in words, by the name of its variable."""

from pathlib import Path

import pytest

from core.settings import SettingsError
from ingest.service import address_of, limits_of
from ingest.settings import PREFIX, IngestSettings, load, variable

URL = "postgresql://platspuls@/platspuls"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in IngestSettings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", URL)


def setting(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name.upper(), str(value))


def test_only_the_database_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().database_url.get_secret_value() == URL
    assert URL not in repr(load())
    monkeypatch.delenv("PLATSPULS_DATABASE_URL")
    with pytest.raises(SettingsError, match=r"^PLATSPULS_DATABASE_URL: it must be set$"):
        load()


def test_all_that_is_wrong_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, mqtt_port=70000, batch_age_ms="soon", mqtt_hots="x", share="a b", log_level="loud")
    with pytest.raises(SettingsError) as caught:
        load()
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].split()[0].removeprefix(PREFIX) for line in lines] == [
        "MQTT_HOTS",
        "MQTT_PORT",
        "SHARE",
        "BATCH_AGE_MS",
        "LOG_LEVEL",
    ]


def test_who_handles_packets_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_of(load()).packets == "fast"
    setting(monkeypatch, mqtt_packets="paho")
    assert address_of(load()).packets == "paho"
    setting(monkeypatch, mqtt_packets="rust")
    with pytest.raises(SettingsError, match="MQTT_PACKETS"):
        load()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, share="", mqtt_port="")
    assert (load().share, load().mqtt_port) == (None, 1883)


@pytest.mark.parametrize("host", ["broker.example", "192.168.1.5", "::2"])
def test_another_machine_needs_tls_and_credentials(monkeypatch: pytest.MonkeyPatch, host: str, tmp_path: Path) -> None:
    setting(monkeypatch, mqtt_host=host)
    with pytest.raises(SettingsError, match=f"MQTT_HOST {host} is another machine"):
        load()
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    setting(monkeypatch, mqtt_username="ingest", mqtt_password_file=secret)
    with pytest.raises(SettingsError, match="is another machine"):
        load()
    setting(monkeypatch, mqtt_tls="true")
    assert address_of(load()).password == secret.read_text().strip()


def test_a_closed_network_may_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, mqtt_host="broker.example", mqtt_insecure="yes")
    assert load().mqtt_host == "broker.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    setting(monkeypatch, mqtt_host=host)
    assert load().mqtt_host == host


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"receive_maximum": 500, "queue_messages": 500}, "RECEIVE_MAXIMUM 500 must be less than"),
        ({"mqtt_username": "ingest"}, "MQTT_USERNAME and PLATSPULS_INGEST_MQTT_PASSWORD_FILE belong together"),
        ({"mqtt_tls_ca": "ca.pem"}, "MQTT_TLS_CA is set, but PLATSPULS_INGEST_MQTT_TLS is not"),
        ({"mqtt_tls_cert": "x", "mqtt_tls_key": "x"}, "MQTT_TLS_CERT is set, but PLATSPULS_INGEST_MQTT_TLS is not"),
        ({"mqtt_tls": True, "mqtt_tls_key": "x"}, "MQTT_TLS_CERT and PLATSPULS_INGEST_MQTT_TLS_KEY belong together"),
    ],
)
def test_contradictions_are_refused(monkeypatch: pytest.MonkeyPatch, values: dict[str, object], sentence: str) -> None:
    setting(monkeypatch, **values)
    with pytest.raises(SettingsError, match=sentence):
        load()


def test_a_password_file_that_cant_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    setting(monkeypatch, mqtt_username="ingest", mqtt_password_file=tmp_path / "none")
    with pytest.raises(SettingsError, match=r"MQTT_PASSWORD_FILE .*none can't be read"):
        address_of(load())


def test_half_of_what_the_broker_sends_makes_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, receive_maximum=50, batch_facts=7, batch_age_ms=20)
    limits = limits_of(load())
    assert (limits.messages, limits.facts, limits.age_s) == (25, 7, 0.02)


def test_every_setting_says_what_it_is() -> None:
    for name, field in IngestSettings.model_fields.items():
        assert field.description, name
        for suffix, unit in (("_s", "in seconds"), ("_ms", "in milliseconds"), ("_messages", "in messages")):
            assert not name.endswith(suffix) or unit in field.description, name
