"""The console command, `platspuls`. A command's module is imported when the command runs."""

from importlib import import_module
from typing import Any, Final

import click

from platspuls import __version__

_MODULES: Final = {
    "api": "programs.api",
    "backup": "ops.backup",
    "calibrate": "store.calibrate",
    "changes": "programs.changes",
    "completion": "programs.completion",
    "counter": "counter.counter",
    "dashboards": "ops.dashboards",
    "db": "store.db",
    "demo": "programs.demo",
    "device": "ops.device",
    "docs": "programs.docs",
    "export": "programs.export",
    "held": "store.held",
    "ingest": "programs.ingest",
    "install": "ops.install",
    "key": "access.key",
    "login": "access.login",
    "logins": "access.login",
    "quality": "store.quality",
    "reconcile": "store.reconcile",
    "quarantine": "store.quarantine",
    "rejects": "store.rejects",
    "restore": "ops.backup",
    "site": "store.site",
    "study": "store.study",
    "tls": "ops.tls",
    "verify": "store.verify",
    "weather": "store.weather",
    "weights": "ops.weights",
    "wire": "programs.wire",
}
"""Where each command is: in a module below `platspuls.cli`, under its own name."""
EXTRAS: Final = {
    "api": (
        *(
            "babel",
            "fastapi",
            "h11",
            "icalendar",
            "jinja2",
            "recurring_ical_events",
            "scipy",
            "sse_starlette",
            "starlette",
        ),
        "uvicorn",
    ),
    "api,ingest": ("psycopg", "psycopg_pool"),
    "camera": ("cv2", "tomlkit"),
    "counter": ("numpy", "paho"),
    "dashboards": ("grafana_client", "grafana_foundation_sdk", "niquests", "yaml"),
    "export": ("pyarrow", "xlsxwriter"),
    "gpio": ("gpiod",),
    "i2c": ("adafruit_amg88xx", "adafruit_vl53l1x", "smbus2"),
    "ingest": ("prometheus_client",),
    "onnx": ("onnxruntime",),
    "openvino": ("openvino",),
    "operator": ("cryptography", "holidays", "segno"),
    "ultralytics": ("torch", "ultralytics"),
}
"""The libraries that commands import, by the extras of this distribution that bring them."""


class _LazyGroup(click.Group):
    """Imports the module of a command when it is asked for; a library that isn't installed is one sentence."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise click.ClickException(_missing(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _MODULES:
            return None
        found: click.Command = getattr(import_module(f"platspuls.cli.{_MODULES[cmd_name]}"), cmd_name)
        return found


def _missing(error: ModuleNotFoundError) -> str:
    """Return the sentence about a library that an extra brings. Raises the error itself for any other module."""
    library = (error.name or "").partition(".")[0]
    extra = next((extra for extra, libraries in EXTRAS.items() if library in libraries), None)
    if extra is None:
        raise error
    return f"this needs {library}, which isn't installed: pip install 'platspuls[{extra}]'"


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="platspuls")
def main() -> None:
    """Count visitors in public places without watching people."""
