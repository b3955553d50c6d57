"""An installation with credentials: two devices, ingest, and a spy who may read and write everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from core import wire
from platspuls.cli.main import main
from platspuls.ops.identity.accounts import BrokerAccounts
from platspuls.ops.identity.folder import Folder
from platspuls.ops.identity.mosquitto import hashed
from tests.support.servers.mosquitto import Mosquitto, deployed_lines, mosquitto
from tests.support.servers.peer import Login

SITE = "haninge-entre"
CAMERA = "tunnel-kamera"
OTHER = "torg-kamera"
_SPY = "spy.spy"


def topic(kind: wire.Kind, device: str = CAMERA, site: str = SITE) -> str:
    return str(wire.Topic(site, device, kind))


@dataclass
class Installation:
    """A folder of credentials, and the broker that reads it."""

    folder: Path

    def command(self, *words: str) -> Result:
        """Run `platspuls`; it must end well."""
        result = CliRunner().invoke(main, [*words, "--folder", str(self.folder)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        self._let_the_spy_in()
        return result

    def _let_the_spy_in(self) -> None:
        passwords, rules = self.folder / "mosquitto" / "passwords", self.folder / "mosquitto" / "acl"
        if f"{_SPY}:" not in passwords.read_text():
            passwords.write_text(f"{passwords.read_text()}{_SPY}:{hashed('spy')}\n")
            rules.write_text(f"{rules.read_text()}\nuser {_SPY}\ntopic readwrite #\n")

    def password_file(self, device: str = CAMERA) -> Path:
        return self.folder / "devices" / f"{SITE}.{device}" / f"{device}.password"

    def accounts(self) -> BrokerAccounts:
        return Folder(self.folder).accounts()

    @property
    def authority(self) -> Path:
        return self.folder / "mosquitto" / "ca.pem"

    def login(self, device: str = CAMERA, version: str = "5") -> Login:
        password = self.password_file(device).read_text().strip()
        return Login(f"{SITE}.{device}", password, self.authority, version=version)

    def ingest(self) -> Login:
        password = (self.folder / "ingest" / "ingest" / "ingest.password").read_text().strip()
        return Login("ingest", password, self.authority)

    def spy(self) -> Login:
        return Login(_SPY, "spy", self.authority)

    def with_certificate(self, login: Login, device: str = CAMERA) -> Login:
        folder = self.password_file(device).parent
        return replace(login, own=(folder / f"{device}.client.pem", folder / f"{device}.client.key"))

    @contextmanager
    def broker(self, *more: str) -> Iterator[Mosquitto]:
        """Run Mosquitto as it is deployed, with more lines."""
        with mosquitto(self.folder.parent / "broker", [*deployed_lines(self.folder), *more]) as broker:
            yield broker


def make(folder: Path, *options: str) -> Installation:
    """Make the credentials of two devices and of ingest, for a broker on this machine."""
    here = Installation(folder / "credentials")
    here.command("tls", "init", "localhost", "127.0.0.1")
    for device in (CAMERA, OTHER):
        here.command("device", "add", SITE, device, *options)
    here.command("device", "ingest")
    return here


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
