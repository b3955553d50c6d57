"""`platspuls install`: what it makes, what it leaves alone, and who may read it."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.access.tokens import code_sha256
from platspuls.cli.main import main
from platspuls.ops.identity import tls
from platspuls.ops.identity.errors import IdentityError
from platspuls.ops.install.layout import CONTAINERS, LOGINS, Layout, Reader, User, parts
from platspuls.ops.install.make import give_away, install, prepare_first_login
from store.access.first_invitation import FILE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = ("counts.example.se", "192.0.2.7", "2001:db8::7")


def contents(layout: Layout) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in layout.path.rglob("*") if path.is_file()}


def run(*words: str, at: Path) -> Result:
    return CliRunner().invoke(main, ["install", *words, "--folder", str(at), "--for", "me"], catch_exceptions=False)


def test_all_secrets_are_made_once(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    assert install(layout, NAMES, NOW) != []
    made = contents(layout)
    assert install(layout, NAMES, NOW + timedelta(days=1)) == []
    assert contents(layout) == made
    passwords = [layout.login(name).read_text() for name in LOGINS]
    assert len({*passwords, (layout.secrets / "database.password").read_text()}) == len(LOGINS) + 1
    assert layout.pgpass("api").read_text() == f"*:*:*:api:{layout.login('api').read_text()}"
    assert (layout.secrets / "grafana.database.password").read_text() == layout.login("grafana").read_text()
    assert layout.names.read_text().splitlines()[1:] == [
        "PLATSPULS_NAME=counts.example.se",
        "PLATSPULS_NAMES=counts.example.se, 192.0.2.7, [2001:db8::7]",
        "PLATSPULS_HTTPS=private",
        "PLATSPULS_API_HOST_NAMES=counts.example.se,192.0.2.7,[2001:db8::7],localhost,127.0.0.1,[::1]",
        "PLATSPULS_ADDRESS=https://counts.example.se",
        "GF_SERVER_ROOT_URL=https://counts.example.se/grafana/",
    ]


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    modes = {str(path.relative_to(layout.path)): stat.S_IMODE(path.stat().st_mode) for path in layout.path.rglob("*")}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {
        "names.env": 0o644,
        "credentials": 0o711,
        "credentials/ingest": 0o711,
        "secrets": 0o711,
    }


def test_other_names_bring_other_certificates_of_the_same_authority(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    before = contents(layout)
    install(layout, ["other.example.se"], NOW, own_domain=True)
    after = contents(layout)
    changed = {str(path.relative_to(layout.path)) for path in after if before.get(path) != after[path]}
    assert changed == {
        "names.env",
        "credentials/accounts.json",
        *(f"credentials/{place}/server.{kind}" for place in ("mosquitto", "https") for kind in ("pem", "key")),
    }
    assert tls.https_names(layout.credentials) == ("other.example.se",)
    assert layout.credentials.accounts().broker_names == ("other.example.se", "mosquitto", "localhost", "127.0.0.1")
    assert "PLATSPULS_HTTPS=public\n" in layout.names.read_text()
    install(layout, ["192.0.2.7"], NOW, port=8443)
    assert "PLATSPULS_ADDRESS=https://192.0.2.7:8443\n" in layout.names.read_text()


def test_renewing_reaches_the_pages_too(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    tls.renew(layout.credentials, [], NOW + timedelta(days=100))
    ends = {str(one.path): one.until for one in tls.expiries(layout.credentials, NOW)}
    assert ends["https/server.pem"] == ends["mosquitto/server.pem"] == NOW + timedelta(days=925)
    assert tls.https_names(layout.credentials) == NAMES


def test_what_was_lost_is_made_again(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    layout.login("api").unlink()
    made = {str(path.relative_to(layout.path)) for path in install(layout, NAMES, NOW)}
    assert made == {"secrets/logins/api.password", "secrets/pgpass/api"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_each_part_belongs_to_the_container_that_reads_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    give_away(layout, CONTAINERS)
    owners = {str(part.path.relative_to(layout.path)): part.path.stat().st_uid for part in parts(layout)}
    assert owners["credentials/mosquitto/server.key"] == 1883
    assert owners["secrets/database.password"] == 70
    assert owners["secrets/pgpass/ingest"] == owners["credentials/ingest/ingest/ingest.password"] == 10001
    assert (layout.credentials.authority / "ca.key").stat().st_uid == 0
    give_away(layout, {Reader.MOSQUITTO: User(7, 8)})
    acl = (layout.credentials.mosquitto / "acl").stat()
    assert (acl.st_uid, acl.st_gid) == (7, 8)
    assert layout.pgpass("ingest").stat().st_uid == 10001


def test_the_first_administrator_s_link_is_made_once_and_only_its_hash_kept(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "installation")
    install(layout, NAMES, NOW)
    link = prepare_first_login(layout, NAMES, 8443)
    assert link
    address, _, code = link.partition("/login#")
    assert address == f"https://{NAMES[0]}:8443"
    assert prepare_first_login(layout, NAMES) is None
    kept = (layout.secrets / "logins" / FILE).read_text()
    sha256 = code_sha256(code)
    assert sha256
    assert kept == f"{sha256.hex()}\n"


def test_the_command_tells_what_it_made_and_what_is_wrong(tmp_path: Path) -> None:
    said = run("counts.example.se", at=tmp_path / "i")
    assert said.exit_code == 0
    assert "is complete for counts.example.se" in said.output
    assert "https://counts.example.se/login#" in said.output
    again = run("counts.example.se", at=tmp_path / "i").output
    assert ("was complete already" in again, "/login#" in again) == (True, False)
    (tmp_path / "i" / "secrets" / "logins" / FILE).unlink()  # as an installation of before has none
    assert "/login#" not in run("counts.example.se", at=tmp_path / "i").output
    wrong = run("Not A Name", at=tmp_path / "other")
    assert wrong.exit_code == 1
    assert "'Not A Name' is neither a DNS name in lower case nor an IP address" in wrong.output
    with pytest.raises(IdentityError, match="can't be"):
        install(Layout(Path("/proc/none")), NAMES, NOW)
