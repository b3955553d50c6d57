"""`platspuls device` and `platspuls tls`: the files they write, exit codes, and what people read."""

import base64
import hashlib
import os
import re
import shutil
import stat
import subprocess
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from core.site_file.document import SiteFile
from core.site_file.load import load
from core.site_file.times import Periods, merged, period
from platspuls.cli.main import main
from platspuls.ops.identity import accounts, credentials, files, mosquitto, tls
from platspuls.ops.identity.accounts import BrokerAccount
from platspuls.ops.identity.errors import IdentityError
from platspuls.ops.identity.folder import Folder
from platspuls.ops.identity.replacement import change
from tests.store.registry.example import changed, example
from tests.support.servers import need

SITE, CAMERA = "haninge-entre", "tunnel-kamera"
NAME = f"{SITE}.{CAMERA}"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def here(tmp_path: Path) -> Folder:
    """An installation with a certificate and no accounts."""
    made = Folder(tmp_path / "credentials")
    tls.init(made, ["mqtt.example.se", "192.0.2.7"], NOW)
    return made


def run(*words: str, at: Folder) -> Result:
    return CliRunner().invoke(main, [*words, "--folder", str(at.path)], catch_exceptions=False)


def passwords(at: Folder) -> dict[str, str]:
    lines = (at.mosquitto / "passwords").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines)


def is_password(password: str, written: str) -> bool:
    _, kind, iterations, salt, digest = written.split("$")
    assert kind == "7"
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(iterations))
    return made == base64.b64decode(digest)


def test_a_new_device_has_a_password_a_table_and_rights(here: Folder) -> None:
    result = run("device", "add", SITE, CAMERA, at=here)
    assert result.exit_code == 0
    assert "SIGHUP" in result.output
    made = here.handed_over(NAME)
    password = (made / f"{CAMERA}.password").read_text().strip()
    assert len(password) == 43
    assert is_password(password, passwords(here)[NAME])
    table = tomllib.loads((made / f"{CAMERA}.mqtt.toml").read_text())["mqtt"]
    assert table == {
        "host": "mqtt.example.se",
        "port": 8883,
        "username": NAME,
        "password_file": f"{CAMERA}.password",
        "tls_ca": "broker-ca.pem",
    }
    rules = (here.mosquitto / "acl").read_text()
    own = f"platspuls/v1/{SITE}/{CAMERA}"
    writes = "".join(f"topic write {own}/{kind}\n" for kind in ("records", "live", "status"))
    assert f"user {NAME}\n{writes}topic read {own}/receipt\n" in rules


def test_no_password_stands_on_the_servers_side(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    credentials.set_ingest(here, "ingest", NOW)
    secrets = [path.read_text().strip() for path in here.path.rglob("*.password")]
    assert len(set(secrets)) == 2
    kept = [here.path / "accounts.json", *here.mosquitto.iterdir()]
    assert not any(secret in path.read_text() for secret in secrets for path in kept)


def test_all_files_are_their_owners_alone(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW, client_certificate=True)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in here.path.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in here.path.rglob("*") if path.is_dir()} == {0o700}
    assert [path for path in here.mosquitto.iterdir() if b"PRIVATE" in path.read_bytes()] == [
        here.mosquitto / "server.key"
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_the_brokers_files_stay_the_brokers(here: Folder) -> None:
    os.chown(here.mosquitto, 12345, 23456)
    credentials.add_device(here, SITE, CAMERA, NOW)
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in here.mosquitto.glob("[pa]*s*")}
    assert owners == {(12345, 23456)}
    assert (here.path / "accounts.json").stat().st_uid == 0


def test_rotation_makes_a_new_password_and_keeps_the_kind(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW, client_certificate=True)
    made = here.handed_over(NAME)
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    assert run("device", "rotate", SITE, CAMERA, at=here).exit_code == 0
    after = {path.name: path.read_bytes() for path in made.iterdir()}
    assert sorted(before) == sorted(after)
    changed_files = {name for name in after if after[name] != before[name]}
    assert changed_files == {f"{CAMERA}.password", f"{CAMERA}.client.pem", f"{CAMERA}.client.key"}
    assert is_password((made / f"{CAMERA}.password").read_text().strip(), passwords(here)[NAME])


def test_a_revoked_device_is_in_no_file_of_the_broker(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    assert run("device", "revoke", SITE, CAMERA, at=here).exit_code == 0
    assert passwords(here) == {}
    assert NAME not in (here.mosquitto / "acl").read_text()
    assert "$7$" not in (here.path / "accounts.json").read_text()
    assert "revoked" in run("device", "list", at=here).output
    assert run("device", "add", SITE, CAMERA, at=here).exit_code == 0
    assert set(passwords(here)) == {NAME}


def test_an_end_in_the_future_comes_at_the_next_writing(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    credentials.revoke_device(here, SITE, CAMERA, NOW, NOW + timedelta(days=1))
    assert NAME in passwords(here)
    assert credentials.refresh(here, NOW + timedelta(hours=23)) == []
    assert NAME in passwords(here)
    assert credentials.overdue_names(here.accounts(), NOW + timedelta(days=1)) == [NAME]
    assert credentials.refresh(here, NOW + timedelta(days=1)) == [NAME]
    assert passwords(here) == {}


WRONG = [
    (["device", "add", "Haninge", CAMERA], "site 'Haninge' must be lower case letters"),
    (["device", "add", SITE, "a/b"], "device 'a/b' must be lower case letters"),
    (["device", "add", SITE, "a\nuser x"], "must be lower case letters"),
    (["device", "add", SITE, "a"], f"{SITE}.a has credentials already"),
    (["device", "rotate", SITE, "b"], f"{SITE}.b has no credentials; there are: {SITE}.a"),
    (["device", "revoke", SITE, "b"], f"{SITE}.b has no credentials"),
    (["device", "ingest", "in.gest"], "name 'in.gest' must be lower case letters"),
    (["tls", "init", "mqtt.example.se"], "holds an authority already"),
    (["tls", "renew", "*.example.se"], "'*.example.se' is neither a DNS name"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=lambda value: " ".join(value[:2]) if value else "")
def test_what_is_wrong_is_said_in_one_sentence(here: Folder, words: list[str], sentence: str) -> None:
    credentials.add_device(here, SITE, "a", NOW)
    result = run(*words, at=here)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_certificates_come_first(tmp_path: Path) -> None:
    nothing = Folder(tmp_path / "new")
    assert "`platspuls tls init NAME` makes it" in run("device", "add", SITE, CAMERA, at=nothing).stderr
    assert "holds no certificates" in run("tls", "status", at=nothing).stderr
    assert "holds no authority" in run("tls", "renew", at=nothing).stderr
    assert "neither a DNS name" in run("tls", "init", "no name", at=nothing).stderr
    assert run("tls", "init", "localhost", at=nothing).exit_code == 0


def test_a_folder_that_cannot_be_written_is_said_to_be(here: Folder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("device", "add", SITE, CAMERA, at=Folder(tmp_path / "file" / "deeper"))
    assert result.stderr == f"Error: the folder {tmp_path}/file can't be made: File exists\n"
    (here.path / "accounts.json").write_text("{")
    assert "accounts.json is not a list of accounts" in run("device", "list", at=here).stderr
    (here.path / "accounts.json").write_text('{"version": 2}')
    assert "has version 2; this program knows 1" in run("device", "list", at=here).stderr


def test_status_warns_within_thirty_days(here: Folder, tmp_path: Path) -> None:
    calm = run("tls", "status", at=here)
    assert calm.exit_code == 0
    assert "(mqtt.example.se, 192.0.2.7)" in calm.output
    old = Folder(tmp_path / "old")
    tls.init(old, ["localhost"], datetime.now(UTC) - timedelta(days=800))
    soon = run("tls", "status", at=old)
    assert soon.exit_code == 1
    assert re.search(r"server\.pem +ends .*in 2[45] days.*RENEW", soon.output)
    assert run("tls", "renew", at=old).exit_code == 0
    assert run("tls", "status", at=old).exit_code == 0


def test_expiry_counts_days_left(here: Folder) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW, client_certificate=True)
    found = tls.expiries(here, NOW + timedelta(days=796))
    assert [(str(one.path.name), one.is_soon) for one in found] == [
        (f"{CAMERA}.client.pem", True),
        ("server.pem", True),
        ("ca.pem", False),
    ]
    credentials.revoke_device(here, SITE, CAMERA, NOW)
    assert len(tls.expiries(here, NOW)) == 2


def test_ingest_is_told_its_settings(here: Folder) -> None:
    result = run("device", "ingest", "ingest-2", "--client-certificate", at=here)
    made = here.handed_over("ingest-2")
    assert f"PLATSPULS_INGEST_MQTT_TLS_KEY={made / 'ingest-2.client.key'}" in result.output
    shares = re.findall(r"SHARE=([\w-]{32})$", result.output + run("device", "ingest", at=here).output, re.MULTILINE)
    assert len(shares) == 2
    assert len(set(shares)) == 1
    assert "topic read platspuls/v1/+/+/records" in (here.mosquitto / "acl").read_text()


def test_names_of_devices_and_of_ingest_never_meet() -> None:
    assert BrokerAccount("ingest", "", NOW).device is None
    assert BrokerAccount(accounts.device_name("a", "b"), "", NOW).device == ("a", "b")
    with pytest.raises(IdentityError):
        accounts.check_key("name", "a.b")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, here: Folder) -> None:
    path = tmp_path / "some" / "file"
    files.write(path, "old")
    path.with_name(".file.new").write_text("left over from a crash")
    files.write(path, "new")
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(IdentityError, match="can't be written"):
        files.write(here.path, "a folder is in the way")


@pytest.mark.full
def test_hashes_are_those_of_mosquitto_passwd(tmp_path: Path) -> None:
    program = shutil.which("mosquitto_passwd")
    need(program is not None, "mosquitto_passwd")
    assert program is not None
    subprocess.run([program, "-c", "-b", str(tmp_path / "file"), "someone", "word"], check=True, capture_output=True)
    theirs = (tmp_path / "file").read_text().strip().removeprefix("someone:")
    assert is_password("word", theirs)
    shape = r"\$7\$\d+\$[\w+/]{16}\$[\w+/]{86}=="
    assert re.fullmatch(shape, theirs)
    assert re.fullmatch(shape, mosquitto.hashed("word"))


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(example(), "utf-8")
    return path


def with_changes(said: str) -> str:
    """Do with the example what `replace` tells a person to do."""
    old, new = re.findall(r":\n\n(.*?)\n(?=and add|Then)", said, re.DOTALL)
    text = example()
    return f"{text[: text.index('lines = [' + chr(10))]}{old}\n{new}"


@pytest.mark.parametrize("at", ["2026-11-22", "2027-01-15T12:00:00+01:00", "2026-10-01"])
def test_the_printed_lines_make_a_right_site_file(here: Folder, site_file: Path, at: str) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    before = load(site_file)
    result = run("device", "replace", str(site_file), CAMERA, "kamera-2", "--at", at, at=here)
    assert result.exit_code == 0, result.output
    assert site_file.read_text("utf-8") == example()
    site_file.write_text(with_changes(result.output), "utf-8")
    after = load(site_file)
    assert [device.key for device in after.devices] == [CAMERA, "kamera-2"]
    assert watched(after) == watched(before)
    assert {f"{SITE}.kamera-2", NAME} >= set(passwords(here))


def watched(file: SiteFile) -> dict[str, Periods]:
    """Return when each line and zone is watched by any device."""
    zone = ZoneInfo(file.site.time_zone)
    parts: dict[str, Periods] = {}
    for device in file.devices:
        for line in device.lines:
            parts[line.line] = (*parts.get(line.line, ()), period(line.start, line.end, zone))
        for area in device.zones:
            parts[area.zone] = (*parts.get(area.zone, ()), period(area.start, area.end, zone))
    return {key: merged(periods) for key, periods in parts.items()}


def test_a_replacement_ends_and_begins_at_the_moment(site_file: Path) -> None:
    lines = change(load(site_file), CAMERA, "kamera-2", date(2026, 11, 22))
    assert lines.old == (
        'lines = [{ line = "stationen", from = 2026-10-01, to = 2026-11-22 }, '
        '{ line = "trappan", from = 2026-10-01, to = 2026-11-22 }]\n'
        'zones = [{ zone = "bankarna", from = 2026-10-01, to = 2026-11-22 }]\n'
    )
    assert lines.new == (
        '[[devices]]\nkey = "kamera-2"\nname = { sv = "Kamera i tunneln", en = "Camera in the tunnel" }\n'
        'lines = [{ line = "stationen", from = 2026-11-22 }, '
        '{ line = "trappan", from = 2026-11-22, to = 2026-12-01 }, '
        '{ line = "trappan", from = 2027-01-01T06:00:00+01:00 }]\n'
        'zones = [{ zone = "bankarna", from = 2026-11-22 }]\n'
    )


NOT_REPLACED = [
    (["no-such", "kamera-2"], 1, "device no-such is not in the site file, which has: tunnel-kamera"),
    ([CAMERA, CAMERA], 1, "is in the site file already"),
    ([CAMERA, "Kamera"], 1, "device 'Kamera' must be lower case"),
    ([CAMERA, "kamera-2", "--at", "soon"], 2, "--at soon must be a date such as"),
    ([CAMERA, "kamera-2", "--at", "2026-11-22T12:00"], 2, "it has no offset"),
    ([CAMERA, "kamera-2", "--at", "2026-11-22T12:00:30Z"], 2, "must be a whole minute"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), NOT_REPLACED)
def test_a_replacement_that_makes_no_sense_changes_nothing(
    here: Folder, site_file: Path, words: list[str], code: int, sentence: str
) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    before = (here.path / "accounts.json").read_bytes()
    result = run("device", "replace", str(site_file), *words, at=here)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert (here.path / "accounts.json").read_bytes() == before


def test_a_device_that_watches_nothing_more_has_nothing_to_hand_over(here: Folder, site_file: Path) -> None:
    credentials.add_device(here, SITE, CAMERA, NOW)
    ended = "from = 2026-10-01, to = 2026-10-05 "
    text = changed(('zones = [{ zone = "bankarna", from = 2026-10-01 ', f'zones = [{{ zone = "bankarna", {ended}'))
    text = text.replace('  { line = "stationen", from = 2026-10-01 },\n', "")
    text = text.replace('  { line = "trappan", from = 2027-01-01T06:00:00+01:00 },\n', "")
    site_file.write_text(text, "utf-8")
    result = run("device", "replace", str(site_file), CAMERA, "kamera-2", "--at", "2027-06-01", at=here)
    assert "watches nothing from 2027-06-01 on" in result.stderr
