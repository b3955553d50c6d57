"""The device file: everything that is wrong is said at once, and nothing insecure is taken by accident."""

from pathlib import Path

import pytest

from counter.device_file import DeviceFile, load
from counter.errors import DeviceFileError
from sim.kinds import KINDS

GOOD = """\
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "sim-a"

[source]
kind = "simulated"
world = "world.toml"
seed = 7
view = [-8.0, -1.0, 14.0, 7.0]

[[lines]]
line = "stationen"
points = [[0.0, 0.0], [0.0, 6.0]]
forward_towards = [1.0, 3.0]

[[zones]]
zone = "bankarna"
polygon = [[4.0, 0.0], [12.0, 0.0], [12.0, 6.0], [4.0, 6.0]]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "device.toml"
    path.write_text(text, "utf-8")
    return path


def _sentence(folder: Path, text: str) -> str:
    with pytest.raises(DeviceFileError) as caught:
        load(_write(folder, text), KINDS)
    return str(caught.value)


def test_a_good_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    device = load(_write(tmp_path, GOOD), KINDS)
    assert device.device.flow_period_s == 60
    assert device.outbox.keep_days == 30
    assert device.mqtt.port == 1883
    assert device.lines[0].geometry().line == "stationen"
    assert device.zones[0].geometry().stay_s == 60


def test_paths_are_relative_to_the_device_file_unless_absolute(tmp_path: Path) -> None:
    assert load(_write(tmp_path, GOOD), KINDS).outbox.path == tmp_path / "outbox.sqlite3"
    elsewhere = GOOD.replace('"outbox.sqlite3"', '"/var/lib/platspuls/outbox.sqlite3"')
    assert load(_write(tmp_path, elsewhere), KINDS).outbox.path == Path("/var/lib/platspuls/outbox.sqlite3")


def test_no_secret_is_repeated(tmp_path: Path) -> None:
    """Under whatever key it stands: the file itself is what somebody shows who asks for help."""
    more = 'insecure = true\npassword = "geheim"\nurl = "mqtts://u:geheim@broker"\nlist = ["http://h/?p=geheim"]'
    said = _sentence(tmp_path, GOOD.replace('host = "127.0.0.1"', f'host = "127.0.0.1"\n{more}'))
    assert "geheim" not in said
    assert all(
        part in said for part in ("mqtt.password = ...: unknown key", "mqtt.url = 'mqtts://broker'", "mqtt.list")
    )


def test_all_wrong_fields_are_listed_with_their_values(tmp_path: Path) -> None:
    text = GOOD
    for right, wrong in (
        ('site = "haninge-entre"', 'site = "Haninge"'),
        ('key = "tunnel-kamera"\n', ""),
        ('setup = "sim-a"', 'setup = "sim-a"\nflow_period_s = 61\ncolour = "red"'),
        ("seed = 7", "seed = -7"),
        ("forward_towards = [1.0, 3.0]", "forward_towards = [0.0, 3.0]"),
        ("[12.0, 6.0], [4.0, 6.0]", '[12.0, 6.0], ["4", 6.0]'),
        ('path = "outbox.sqlite3"', 'path = "outbox.sqlite3"\nmax_records = 1000'),
        ('host = "127.0.0.1"', 'host = "127.0.0.1"\nport = 99999'),
    ):
        text = text.replace(right, wrong)
    said = _sentence(tmp_path, text)
    for part in (
        "device.site = 'Haninge'",
        "device.key is missing",
        "device.flow_period_s = 61",
        "device.colour = 'red': unknown key",
        "source.seed = -7",
        "lines[0]: line stationen: forward_towards (0.0, 3.0) lies on the line",
        "zones[0].polygon[3][0] = '4'",
        "outbox: max_records 1000 holds 0.7 days",
        "mqtt.port = 99999",
    ):
        assert part in said
    assert len(said.splitlines()) == 1 + 9


@pytest.mark.parametrize(
    ("extra", "missing"),
    [
        ("", "username, password_file, tls_ca"),
        ('username = "tunnel-kamera"\npassword_file = "password"', "tls_ca"),
        ('tls_ca = "ca.pem"', "username, password_file"),
    ],
)
def test_a_remote_broker_needs_credentials_and_tls(tmp_path: Path, extra: str, missing: str) -> None:
    for name in ("password", "ca.pem"):
        (tmp_path / name).write_text("x")
    text = GOOD.replace('host = "127.0.0.1"', f'host = "broker.example.org"\n{extra}')
    assert f"{missing} must be set" in _sentence(tmp_path, text)


def test_a_remote_broker_is_taken_when_secure_or_said_to_be_insecure(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "ca.pem").write_text("x")
    secure = 'host = "broker.example.org"\nusername = "a"\npassword_file = "password"\ntls_ca = "ca.pem"'
    assert load(_write(tmp_path, GOOD.replace('host = "127.0.0.1"', secure)), KINDS).mqtt.tls_ca == tmp_path / "ca.pem"
    insecure = 'host = "broker.example.org"\ninsecure = true'
    assert load(_write(tmp_path, GOOD.replace('host = "127.0.0.1"', insecure)), KINDS).mqtt.insecure


def test_half_a_credential_and_a_missing_file_are_wrong(tmp_path: Path) -> None:
    half = GOOD.replace('host = "127.0.0.1"', 'host = "127.0.0.1"\nusername = "a"')
    assert "username and password_file belong together" in _sentence(tmp_path, half)
    (tmp_path / "pem").write_text("x")
    half = GOOD.replace('host = "127.0.0.1"', 'host = "127.0.0.1"\ntls_ca = "pem"\ntls_key = "pem"')
    assert "tls_cert and tls_key belong together" in _sentence(tmp_path, half)
    half = GOOD.replace('host = "127.0.0.1"', 'host = "127.0.0.1"\ntls_cert = "pem"\ntls_key = "pem"')
    assert "tls_ca must be set" in _sentence(tmp_path, half)
    missing = GOOD.replace('host = "127.0.0.1"', 'host = "127.0.0.1"\nusername = "a"\npassword_file = "nowhere"')
    assert f"there is no such file: {tmp_path / 'nowhere'}" in _sentence(tmp_path, missing)


def test_a_key_twice_is_wrong(tmp_path: Path) -> None:
    line = GOOD[GOOD.index("[[lines]]") : GOOD.index("[[zones]]")]
    assert "line stationen is there more than once" in _sentence(tmp_path, GOOD + line)


def test_nothing_to_count_is_wrong(tmp_path: Path) -> None:
    nothing = GOOD[: GOOD.index("[[lines]]")] + GOOD[GOOD.index("[outbox]") :]
    assert "nothing to count" in _sentence(tmp_path, nothing)


def test_an_unreadable_file_and_a_broken_one_say_so(tmp_path: Path) -> None:
    with pytest.raises(DeviceFileError, match="can't be read: No such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(DeviceFileError, match="can't be read: Is a directory"):
        load(tmp_path)
    assert "line 2" in _sentence(tmp_path, "[device]\nsite = \n")
    path = tmp_path / "device.toml"
    path.write_bytes(b'[device]\nsite = "\xff"\n')
    with pytest.raises(DeviceFileError, match=r"byte 17 is 0xff$"):
        load(path, KINDS)


def test_a_clip_instead_of_a_device_file_says_what_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x1cftypisom\xd5")
    with pytest.raises(
        DeviceFileError, match="A clip is named in a device file, and is none itself: platspuls counter new"
    ):
        load(path, KINDS)


def test_every_field_of_our_own_tables_is_described() -> None:
    tables = [
        field.annotation for name, field in DeviceFile.model_fields.items() if name in {"outbox", "mqtt", "device"}
    ]
    for table in tables:
        assert table is not None
        fields = table.model_fields
        assert all(field.description for field in fields.values())
