"""`platspuls counter truth`: note who passes in a clip, while watching it on a page of its own."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from platspuls.cli.counter.setup import serve
from platspuls.cli.counter.shared import file_argument
from platspuls.cli.shared import fail, failing

if TYPE_CHECKING:
    from counter.sources.kinds import Kinds

_LOOPBACK = "127.0.0.1"


@click.command()
@file_argument
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The truth file; what it has already is shown, and added to.  [default: truth.toml beside FILE]",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 is any free one.")
@click.pass_obj
def truth(kinds: "Kinds | None", file: Path, output: Path | None, port: int) -> None:
    """Watch the clip of FILE in a browser on this machine, and note who passes which line: a key for each way.

    `platspuls counter accuracy FILE --truth truth.toml` then compares. The page listens on loopback alone and wants the
    code that is shown here; pictures go no further than the browser. Exit codes: 0 closed; 2 it can't begin.
    """
    from counter.device_file import load
    from counter.errors import CounterError
    from counter.service.process_hardening import forbid_dumps
    from platspuls.setup.config_pair import SetupError
    from platspuls.setup.one_time_code import OneTimeCode, new_code
    from platspuls.setup.server import Desk
    from platspuls.setup.truth import OPEN_S, open_truth

    code, path = new_code(), output or file.with_name("truth.toml")
    try:
        with failing(2, CounterError, SetupError), open_truth(load(file, kinds), path) as panel:
            forbid_dumps()
            desk = Desk(OneTimeCode(code, time.monotonic, open_s=OPEN_S), panel, only_loopback=True)
            serve(desk, _LOOPBACK, port, code)
    except OSError as error:
        fail(f"{_LOOPBACK} port {port} can't be listened on: {error.strerror}", 2)
    if path.exists():
        click.echo(str(path))
