"""`platspuls counter new`: a device file for a device that is new."""

from collections.abc import Callable
from pathlib import Path

import click

from platspuls.cli.shared import fail
from platspuls.setup.new_device.questions import QUESTIONS


def _answered_beforehand(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each question."""
    for one in reversed(QUESTIONS):
        command = click.option(f"--{one.name}", _variable(one.name), help=f"{one.text}.")(command)
    return command


def _variable(name: str) -> str:
    return f"said_{name.replace('-', '_')}"


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["sv", "en"]), default="en", show_default=True)
@click.option("--yes", "is_quiet", is_flag=True, help="Ask nothing: where no option says it, the default is taken.")
@_answered_beforehand
def new(file: Path | None, language: str, is_quiet: bool, **said: str | None) -> None:
    """Ask for what a device file needs, and write it to FILE (KEY.toml in the working folder where none is named).

    Each question has an option, so that scripts can answer beforehand. What lies beside FILE gives the defaults: the
    site file, and what `platspuls device add` made for the device. A password in a camera's address gets a file of its
    own. Nothing is replaced, and all that is written is its owner's alone (mode 0600).

    Exit codes: 0 it is written; 1 it can't be, or a counter would refuse it, and nothing was written; 2 an answer is
    missing or wrong.
    """
    from core.texts.catalog import Language
    from platspuls.setup.new_device.answers import WrongAnswerError
    from platspuls.setup.new_device.document import NewDevice, NewDeviceError
    from platspuls.setup.new_device.folder_defaults import FolderDefaults
    from platspuls.setup.new_device.interview import Interview, MissingAnswerError, next_steps

    given = {name.removeprefix("said_").replace("_", "-"): text for name, text in said.items() if text is not None}
    if file is not None and file.exists():
        fail(f"{file} is there already, and is left as it is: name another one", 2)
    around = FolderDefaults(file.parent if file else Path())
    interview = Interview(Language(language), around, given, None if is_quiet else _ask, _complain)
    try:
        answers = interview.answers()
        device = NewDevice.of(file or Path(f"{answers['key']}.toml"), answers)
        device.write()
    except (MissingAnswerError, WrongAnswerError) as error:
        fail(str(error), 2)
    except NewDeviceError as error:
        fail("\n".join(error.problems))
    click.echo("\n".join(next_steps(Language(language), device, around)))


def _ask(text: str, default: str | None) -> str:
    answer: str = click.prompt(text, default=default, show_default=default is not None, err=True)
    return answer


def _complain(sentence: str) -> None:
    click.echo(sentence, err=True)
