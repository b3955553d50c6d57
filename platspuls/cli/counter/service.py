"""`platspuls counter unit`, `install` and `staff`: what belongs to a counter that runs by itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from platspuls.cli.counter.shared import file_argument, load_device
from platspuls.cli.shared import fail, failing

if TYPE_CHECKING:
    from counter.sources.kinds import Kinds


@click.command()
@file_argument
def unit(file: Path) -> None:
    """Print the systemd unit of the counter of FILE."""
    from platspuls.ops.systemd import UnitError, counter_unit

    device = load_device(file)
    with failing(2, UnitError):
        click.echo(counter_unit(device, file).text, nl=False)


@click.command()
@file_argument
@click.option(
    "--root", type=click.Path(path_type=Path), default=Path("/"), help="Write below this folder, not below /."
)
def install(file: Path, root: Path) -> None:
    """Write the systemd unit of the counter of FILE, and print what starts it.

    It may be run again: what is as it should be is left alone.
    """
    from platspuls.ops.systemd import USER, UnitError, counter_unit, files_to_read, name_of, user_unit

    device = load_device(file)
    with failing(2, UnitError):
        units = [user_unit(), counter_unit(device, file)]
    try:
        for one in units:
            path = root / one.path
            if path.exists() and path.read_text("utf-8") == one.text:
                click.echo(f"{path}: as it should be")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one.text, "utf-8")
            click.echo(f"{path}: written")
    except OSError as error:
        fail(f"{error.filename} can't be written: {error.strerror} (are you root?)")
    read = " ".join(map(str, [file.absolute(), *files_to_read(device)]))
    click.echo(
        "\nThen, as root, to let the counter read its files, and to start it now and at each boot:\n"
        "  systemd-sysusers\n"
        f"  chgrp {USER} {read} && chmod 640 {read}\n"
        "  systemctl daemon-reload\n"
        f"  systemctl enable --now {name_of(device)}"
    )


@click.command()
@file_argument
@click.option("--line", help="The line that is crossed next; needed where the device has several.")
@click.pass_obj
def staff(kinds: "Kinds | None", file: Path, line: str | None) -> None:
    """Tell the running counter of FILE that the next crossing, within 10 s, is one of staff.

    It stays out of the net counts, and in the gross ones.
    """
    from counter.service.run import make_tally
    from counter.service.staff_button import StaffError, send_staff_press

    device = load_device(file, kinds)
    lines = make_tally(device).lines
    if line is None and len(lines) == 1:
        line = lines[0]
    if line not in lines:
        wish = "--line is missing" if line is None else f"--line {line}"
        fail(f"{wish}: this device has the lines {', '.join(lines) or '(none)'}", 2)
    with failing(1, StaffError):
        send_staff_press(device.outbox.path, str(line))
    click.echo(f"the next crossing of {line} within 10 s is one of staff")
