"""`platspuls counter`: the program of a device."""

import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from platspuls import __version__
from platspuls.cli.counter.doctor import doctor
from platspuls.cli.counter.new import new
from platspuls.cli.counter.service import install, staff, unit
from platspuls.cli.counter.setup import setup
from platspuls.cli.counter.shared import counter_errors, file_argument, language_option, load_device
from platspuls.cli.counter.truth import truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from counter.device_file import DeviceFile
    from counter.diagnostics.clips.summary import RunSummary
    from counter.sources.kinds import Kinds


@click.group()
def counter() -> None:
    """Count at one device: a device file says what it sees, counts, keeps and sends."""
    # Before numpy is imported: its sums here are small, and each thread of OpenBLAS costs memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


for _command in (doctor, install, new, setup, staff, unit, truth):
    counter.add_command(_command)


@counter.command()
@file_argument
@click.option("--dry-run", is_flag=True, help="Count and print what was counted: keep and publish nothing.")
@click.option(
    "--picture",
    metavar="PNG",
    type=click.Path(path_type=Path),
    help="Draw lines, zones and where people went in a clip, on a coarse still without them. Is a dry run.",
)
@click.option(
    "--debug-pictures",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="For developers: write the pictures with what was found in them to FOLDER. Is a dry run.",
)
@language_option
@click.pass_obj
def run(  # noqa: PLR0913, PLR0917 - click passes each option
    kinds: "Kinds | None",
    file: Path,
    dry_run: bool,
    picture: Path | None,
    debug_pictures: Path | None,
    language: str,
) -> None:
    """Count what FILE says, until ended by SIGTERM or Ctrl-C, or until its clip is over: then print a table.

    Exit codes: 0 ended by a signal, or the source ended and all of it is settled; 2 the device file, the clip or the
    weights are wrong; 3 the outbox can't be used; 4 the source failed; 5 the source ended and records still wait for
    the server; 6 a part of it hung; 1 anything else.
    """
    if dry_run or picture or debug_pictures:
        until_ended(lambda stop: _try(file, stop, kinds, (picture, debug_pictures), language))
    else:
        until_ended(lambda stop: _count(file, stop, kinds, language))


def _try(
    file: Path, stop: Event, kinds: "Kinds | None", pictures: tuple[Path | None, Path | None], language: str
) -> None:
    """Count without an outbox and without a connection, and print what was counted."""
    from counter.device_file import load
    from counter.diagnostics import trial
    from platspuls.cli.counter.progress import progress_of

    picture, debug_pictures = pictures
    with progress_of(load(file, kinds)) as progress:
        options = trial.TrialOptions(debug_pictures, picture, progress)
        summary = trial.run(file, stop, kinds, options)
    _print(summary, language)
    if picture:
        click.echo(str(picture), err=True)


def _count(file: Path, stop: Event, kinds: "Kinds | None", language: str) -> None:
    """Count into the outbox; when a clip is over, print what the outbox has of its time."""
    from counter.device_file import load
    from counter.diagnostics.accuracy import flows_of_clip
    from counter.diagnostics.clips.summary import Span, summarise
    from counter.service.run import run as run_counter

    earlier = len(flows_of_clip(load(file, kinds)))

    def print_records(device: "DeviceFile", start_ms: int, end_ms: int) -> None:
        _print(summarise(flows_of_clip(device), Span(start_ms, end_ms)), language, earlier)

    run_counter(file, stop, __version__, kinds, print_records)


def _print(summary: "RunSummary", language: str, earlier: int = 0) -> None:
    from core.texts.catalog import Language
    from counter.diagnostics.clips.words import made_earlier, summary_lines

    lines = summary_lines(summary, Language(language))
    click.echo("\n".join([*lines, *(made_earlier(earlier, Language(language)) if earlier else [])]))


def until_ended(count: "Callable[[Event], None]") -> None:
    """Run `count` until SIGTERM or Ctrl-C, as a program that logs: its errors become exit codes."""
    import logging

    from core import library_output, logs
    from counter.errors import CounterError
    from counter.service.process_hardening import forbid_dumps

    with library_output.logged():
        logs.set_up()
        forbid_dumps()
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            count(stop)
        except CounterError as error:
            logging.getLogger("counter").error("%s", error)  # noqa: TRY400 - its sentence is for people
            sys.exit(error.exit_code)


@counter.command()
@file_argument
@click.pass_obj
def check(kinds: "Kinds | None", file: Path) -> None:
    """Check FILE and the files it names, without counting, and name lines too near an edge of the picture.

    Of a thermal array it says what becomes of two people who pass at once.
    """
    from core.clock import SystemClock
    from core.texts.catalog import Language
    from counter.counting.version import counts_by
    from counter.diagnostics.doctor.line_sights import near_edges, pairs_of
    from counter.diagnostics.doctor.observe import bounds_of
    from counter.diagnostics.doctor.words import pair_lines, sentence
    from counter.errors import DeviceFileError
    from counter.service.inputs import open_input
    from counter.service.run import make_tally

    device = load_device(file, kinds)
    with counter_errors():
        seen = open_input(device, file.parent, SystemClock())
        seen.source.close()
        make_tally(device, seen.view)
        if seen.limits:
            raise DeviceFileError("\n  ".join([f"{file}: nobody can be counted so:", *seen.limits]))
    click.echo(
        f"{file} is right: device {device.device.key} of {device.device.site}, "
        f"setup {device.device.setup_on_wire}, "
        f"lines {', '.join([*(line.line for line in device.lines), *device.gates]) or 'none'}, "
        f"zones {', '.join(zone.zone for zone in device.zones) or 'none'}; {counts_by(device.device.counting_version)}"
    )
    if bounds := bounds_of(device):
        for found in near_edges(device, bounds):
            click.echo(sentence(found, Language.EN))
    for said in pair_lines(pairs_of(device), Language.EN):
        click.echo(said)


@counter.command()
@file_argument
@click.argument("counts", required=False, type=click.Path(path_type=Path))
@click.option("--truth", type=click.Path(path_type=Path), help="A truth file of the clip, or manual counts as CSV.")
@language_option
@click.pass_obj
def accuracy(kinds: "Kinds | None", file: Path, counts: Path | None, truth: Path | None, language: str) -> None:
    """Compare what the device of FILE counted with what people counted or saw.

    Of a clip, TRUTH is what `platspuls counter truth` writes, or COUNTS. The clip is counted anew, and nothing of that
    is kept; printed are missed and false passages by line and way, with intervals.

    Of a sensor, COUNTS is CSV with the columns start, line, forward, backward, and end unless it is an hour later.
    Printed are the error of each way and the hourly WAPE: the sum of the sizes of all hourly errors over the sum of the
    true counts.
    """
    from counter.sources.video.settings import ClipSource

    given = truth or counts
    if given is None or (truth and counts):
        raise click.UsageError("name one file with the truth: --truth FILE")
    device = load_device(file, kinds)
    with counter_errors():
        if isinstance(device.source, ClipSource):
            _judge_clip(device, file, given, kinds, language)
        else:
            _judge_records(device, given)


def _judge_clip(device: "DeviceFile", file: Path, truth: Path, kinds: "Kinds | None", language: str) -> None:
    from core import library_output
    from core.texts.catalog import Language
    from counter.diagnostics import trial
    from counter.diagnostics.clips.words import accuracy_lines
    from counter.service.process_hardening import forbid_dumps
    from platspuls.cli.counter.progress import progress_of

    forbid_dumps()
    stop = Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with library_output.logged(), progress_of(device) as progress:
        found = trial.judge(file, truth, stop, kinds, progress)
    click.echo("\n".join(accuracy_lines(found, Language(language))))


def _judge_records(device: "DeviceFile", truth: Path) -> None:
    from counter.diagnostics.accuracy import judge, read_outbox, read_truth

    counts = read_truth(truth)
    span = min((one.start_ms for one in counts), default=0), max((one.end_ms for one in counts), default=0)
    early_ms = span[0] - device.device.flow_period_s * 1000
    lines = judge(counts, read_outbox(device.outbox.path, early_ms, span[1]))
    click.echo(
        f"{'line':20}{'counts':>9}{'not watched':>12}{'hours':>7}{'true':>12}{'counted':>12}{'forward':>9}"
        f"{'backward':>9}{'WAPE':>8}"
    )
    for line in lines:
        true, counted = (f"{one[0]} + {one[1]}" for one in (line.truth, line.counted))
        shares = [*line.errors(), line.hourly_wape]
        forward, backward, wape = ("-" if share is None else f"{share:+.1%}" for share in shares)
        click.echo(
            f"{line.line:20}{line.manual_counts:>9}{line.left_out:>12}{line.compared_ms / 3_600_000:>7.1f}{true:>12}"
            f"{counted:>12}{forward:>9}{backward:>9}{wape.removeprefix('+'):>8}"
        )
