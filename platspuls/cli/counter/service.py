"""`platspuls counter unit`, `install` and `staff`: what belongs to a counter that runs by itself."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.sources.kinds import Kinds

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@_FILE
def unit(file: Path) -> None:
    """Print the systemd unit of the counter of FILE."""
    from platspuls.ops.systemd import UnitError, counter_unit

    try:
        click.echo(counter_unit(_load(file), file).text, nl=False)
    except UnitError as error:
        _fail(str(error), 2)


@click.command()
@_FILE
@click.option(
    "--root", type=click.Path(path_type=Path), default=Path("/"), help="Write below this folder, not below /."
)
def install(file: Path, root: Path) -> None:
    """Write the systemd unit of the counter of FILE, and print what starts it.

    It may be run again: what is as it should be is left alone.
    """
    from platspuls.ops.systemd import USER, UnitError, counter_unit, files_to_read, name_of, user_unit

    device = _load(file)
    try:
        units = [user_unit(), counter_unit(device, file)]
        for one in units:
            path = root / one.path
            if path.exists() and path.read_text("utf-8") == one.text:
                click.echo(f"{path}: as it should be")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one.text, "utf-8")
            click.echo(f"{path}: written")
    except UnitError as error:
        _fail(str(error), 2)
    except OSError as error:
        _fail(f"{error.filename} can't be written: {error.strerror} (are you root?)", 1)
    read = " ".join(map(str, [file.absolute(), *files_to_read(device)]))
    click.echo(
        "\nThen, as root, to let the counter read its files, and to start it now and at each boot:\n"
        "  systemd-sysusers\n"
        f"  chgrp {USER} {read} && chmod 640 {read}\n"
        "  systemctl daemon-reload\n"
        f"  systemctl enable --now {name_of(device)}"
    )


@click.command()
@_FILE
@click.option("--line", help="The line that is crossed next; needed where the device has several.")
@click.pass_obj
def staff(kinds: "Kinds | None", file: Path, line: str | None) -> None:
    """Tell the running counter of FILE that the next crossing, within 10 s, is one of staff.

    It stays out of the net counts, and in the gross ones.
    """
    from counter.service.run import make_tally
    from counter.service.staff_button import StaffError, send_staff_press

    device = _load(file, kinds)
    lines = make_tally(device).lines
    if line is None and len(lines) == 1:
        line = lines[0]
    if line not in lines:
        wish = "--line is missing" if line is None else f"--line {line}"
        _fail(f"{wish}: this device has the lines {', '.join(lines) or '(none)'}", 2)
    try:
        send_staff_press(device.outbox.path, str(line))
    except StaffError as error:
        _fail(str(error), 1)
    click.echo(f"the next crossing of {line} within 10 s is one of staff")


def _load(file: Path, kinds: "Kinds | None" = None) -> "DeviceFile":
    from counter.device_file import load
    from counter.errors import DeviceFileError

    try:
        return load(file, kinds)
    except DeviceFileError as error:
        _fail(str(error), error.exit_code)
        raise  # never reached: _fail ends the program


def _fail(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)
