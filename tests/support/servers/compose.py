"""docker-compose.yml as Docker Compose reads it, and its services as programs of this machine."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.servers import folder, need

ROOT = Path(__file__).parents[3]
Service = Mapping[str, Any]


def read(installation: Path) -> Mapping[str, Any]:
    """Return the whole model of docker-compose.yml, checked, with all that it refers to, beside this installation."""
    program = folder() / "timescale-apache" / "usr" / "bin" / "docker-compose"
    need(program.exists(), "Docker Compose")
    project = installation.parent
    for name in ("docker-compose.yml", "deploy", "dashboards"):
        if not (project / name).exists():
            (project / name).symlink_to(ROOT / name)
    done = subprocess.run(
        [program, "--profile", "operator", "config", "--format", "json"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    model: Mapping[str, Any] = json.loads(done.stdout)
    return model


@dataclass(frozen=True, slots=True)
class ByHand:
    """A service to be run without its container.

    Attributes:
        model: what `read` returned.
        name: of the service.
        places: words of its settings, and what stands for them on this machine: hosts and ports.
    """

    model: Mapping[str, Any]
    name: str
    places: Mapping[str, str]

    @property
    def service(self) -> Service:
        found: Service = self.model["services"][self.name]
        return found

    def files(self) -> dict[str, str]:
        """Return where each file that the container is given lies."""
        secrets = {
            f"/run/secrets/{one['target']}" if "/" not in one["target"] else one["target"]: self.model["secrets"][
                one["source"]
            ]["file"]
            for one in self.service.get("secrets", ())
        }
        given = {one["target"]: one["source"] for one in self.service.get("volumes", ()) if one["type"] == "bind"}
        return secrets | given

    def here(self, text: str) -> str:
        """Return a word of the service as it is on this machine."""
        for inside, outside in sorted({**self.files(), **self.places}.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(inside, outside)
        return text

    def environment(self) -> dict[str, str]:
        return {name: self.here(value) for name, value in self.service["environment"].items()}

    def command(self) -> list[str]:
        return [self.here(word) for word in self.service["command"]]

    def health(self) -> Sequence[str]:
        """Return the words of its health check."""
        kind, *words = self.service["healthcheck"]["test"]
        words = [self.here(word) for word in words]
        return ["sh", "-c", *words] if kind == "CMD-SHELL" else words
