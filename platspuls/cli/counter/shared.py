"""Shared by the commands of a counter: its device file, and errors as a sentence and the counter's own exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from platspuls.cli.shared import fail

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.sources.kinds import Kinds

file_argument = click.argument("file", type=click.Path(path_type=Path))
language_option = click.option("--language", type=click.Choice(["sv", "en"]), default="en", show_default=True)


@contextmanager
def counter_errors() -> Iterator[None]:
    """End the program with the sentence and the exit code of a counter's error, where one is raised."""
    from counter.errors import CounterError

    try:
        yield
    except CounterError as error:
        fail(str(error), error.exit_code)


def load_device(file: Path, kinds: "Kinds | None" = None) -> "DeviceFile":
    """Read a device file, or end the program with all that is wrong in it."""
    from counter.device_file import load

    with counter_errors():
        return load(file, kinds)
