"""`platspuls counter doctor`: whether a counter is set up so that it can count."""

import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from platspuls import __version__
from platspuls.cli.counter.shared import file_argument, language_option
from platspuls.cli.shared import failing

if TYPE_CHECKING:
    from core.texts.catalog import Language
    from counter.device_file import DeviceFile
    from counter.diagnostics.doctor.record import Examination
    from counter.sources.kinds import Kinds

_PATH = click.Path(path_type=Path)


@click.command()
@file_argument
@click.option("--clip", type=_PATH, help="Watch this clip of the same camera, as fast as the machine can.")
@click.option(
    "--seconds", type=click.FloatRange(5, 3600), help="How long to watch; 60, and all of a clip, where nothing is said."
)
@click.option(
    "--site", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Judge the site file's thresholds too."
)
@click.option(
    "--walks",
    type=click.IntRange(1, 1000),
    help="Somebody walks so many times forward over every line meanwhile, and nobody else: judge what is counted.",
)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print the record instead of sentences.")
@click.option("--no-record", is_flag=True, help="Write no record beside the outbox.")
@click.pass_obj
def doctor(  # noqa: PLR0913, PLR0917 - click passes each option
    kinds: "Kinds | None",
    file: Path,
    clip: Path | None,
    seconds: float | None,
    site: Path | None,
    walks: int | None,
    language: str,
    as_json: bool,
    no_record: bool,
) -> None:
    """Watch for a minute as FILE says, and print what is wrong with how the counter is set up.

    Stop a counter that runs first: it has its camera to itself. Exit codes: 0 nothing is wrong; 1 something is;
    2 nothing could be looked at, or the record can't be written.
    """
    from core.texts.catalog import Language
    from counter.device_file import load
    from counter.diagnostics.doctor.observe import with_clip
    from counter.diagnostics.doctor.record import as_json as record_of
    from counter.diagnostics.doctor.record import keep
    from counter.errors import CounterError

    with failing(2, CounterError):
        device = load(file, kinds)
        examination = _examine(with_clip(device, clip) if clip else device, file, seconds, _thresholds(site), walks)
        record = record_of(examination, __version__)
        path = None if no_record else keep(record, examination)
    lines = (
        [json.dumps(record, indent=2, ensure_ascii=False)] if as_json else _sentences(examination, Language(language))
    )
    click.echo("\n".join(lines))
    if path is not None:
        click.echo(str(path), err=True)
    from counter.diagnostics.doctor.expected_accuracy import Level, level_of

    sys.exit(0 if level_of(examination.found) is Level.USUAL else 1)


def _examine(
    device: "DeviceFile", file: Path, seconds: float | None, stays_s: dict[str, int], walks: int | None
) -> "Examination":
    from core.clock import SystemClock
    from counter.diagnostics.doctor.observe import LIVE_S, bounds_of, observe
    from counter.diagnostics.doctor.record import Examination
    from counter.diagnostics.doctor.rules import findings
    from counter.service.inputs import open_input
    from counter.service.process_hardening import forbid_dumps

    forbid_dumps()
    clock, stop = SystemClock(device.device.trust_clock), Event()
    opened = open_input(device, file.parent, clock)
    limit_s = seconds or (None if opened.recorded else LIVE_S)
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    seen = observe(device, opened, clock, limit_s, stop)
    bounds = bounds_of(device)
    return Examination(datetime.now(UTC), device, seen, findings(device, seen, bounds, stays_s, walks), bounds)


def _thresholds(site: Path | None) -> dict[str, int]:
    """Return from when on a visit is a stay, by zone, as a site file has it."""
    if site is None:
        return {}
    from core.site_file.errors import SiteFileError
    from core.site_file.load import load

    with failing(2, SiteFileError):
        return {zone.key: zone.stay_threshold_s for zone in load(site).zones}


def _sentences(examination: "Examination", language: "Language") -> list[str]:
    from counter.diagnostics.doctor.expected_accuracy import grounds_of, level_of
    from counter.diagnostics.doctor.line_sights import pairs_of
    from counter.diagnostics.doctor.words import counting_line, expected, seen_lines, sentence, well

    found = [f"- {sentence(finding, language)}" for finding in examination.found]
    device, level = examination.device, level_of(examination.found)
    accuracy = expected(level, grounds_of(device), examination.expectation, language, pairs_of(device))
    seen = [*seen_lines(examination.seen, language), counting_line(device.device.counting_version, language)]
    return [*seen, "", *(found or [well(language)]), "", *accuracy]
