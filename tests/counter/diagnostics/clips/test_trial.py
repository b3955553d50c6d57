"""Somebody's first trial of a clip: what is printed at its end, the picture of it, and that none of it can leave."""

import os
import shlex
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wire
from core.clock import SystemClock, to_ms
from core.texts.catalog import Language
from counter.counting.draft import FlowDraft
from counter.device_file import DeviceFile, load
from counter.diagnostics import trial
from counter.diagnostics.accuracy import flows_of_clip
from counter.diagnostics.clips.summary import Span, summarise
from counter.diagnostics.clips.tracks_picture import TracksPicture
from counter.diagnostics.clips.words import duration, made_earlier, summary_lines, table
from counter.errors import DeviceFileError, UnsettledError
from counter.service.inputs import open_input
from counter.service.run import count
from tests.counter.service.test_run_end import RushingClock
from tests.docs.blocks import ROOT, blocks
from tests.support.counter.walk_clip import SIZE, Walk, write_device, write_walk_clip
from tests.support.counter.walkers import device_file

WALKS = [Walk(4), Walk(6, y=50), Walk(7, y=110, forward=False)]
START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
START_MS = to_ms(START)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of three people: two go forward, one backward."""
    return write_walk_clip(tmp_path_factory.mktemp("clip") / "walk.mp4", WALKS, 13.4)


@pytest.mark.chain
def test_a_dry_run_needs_no_broker_ends_with_a_table_and_leaves_nothing_but_its_picture(
    tmp_path: Path, clip: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        broker.setblocking(False)
        device = write_device(tmp_path, clip, broker.getsockname()[1])
        done = _run_as_the_page_says("--picture", device.parent)
        with pytest.raises(BlockingIOError):
            broker.accept()
    assert done.returncode == 0, done.stderr
    first, _, _, line, *rest = done.stdout.splitlines()
    assert first == "Counted from 2026-10-05 10:00:00 UTC to 2026-10-05 10:00:13 UTC (0:13), by the setup clip-a.c3:"
    assert line.split()[:5] == ["stationen", "2", "1", "2", "1"]
    assert rest[2].split()[:6] == ["golvet", "3", "3", "0", "3", "0"]
    assert rest[-1] == "No flags."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kamera.toml", "tracks.png"]
    assert (tmp_path / "tracks.png").stat().st_mode & 0o777 == 0o600
    _check_picture(tmp_path / "tracks.png")


def _run_as_the_page_says(option: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the first command of the page that has an option."""
    [typed, *_] = [line for line in "".join(blocks("docs/clips.md", "sh")).splitlines() if option in line]
    command = [sys.executable, "-m", *shlex.split(typed, comments=True)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_page_shows_the_table_as_it_is_printed() -> None:
    flows = [
        FlowDraft(START + timedelta(minutes=at), 60, "kamera-a.c3", (wire.Flag.LOW_FRAME_RATE,) * (at == 2), *counted)
        for at, counted in enumerate(
            [
                (
                    (wire.LineFlow("stationen", 2, 0, 2, 0, 60_000),),
                    (wire.ZoneFlow("bankarna", 2, 0, 2, 0, 40, 1, 59_000),),
                ),
                (
                    (wire.LineFlow("stationen", 2, 0, 2, 0, 60_000),),
                    (wire.ZoneFlow("bankarna", 2, 0, 2, 0, 40, 1, 59_000),),
                ),
                (
                    (wire.LineFlow("stationen", 2, 0, 2, 0, 19_300),),
                    (wire.ZoneFlow("bankarna", 2, 0, 1, 1, 23, 1, 20_000),),
                ),
            ]
        )
    ]
    printed = summary_lines(summarise(flows, Span(START_MS, START_MS + 139_300)), Language.EN)
    assert blocks("docs/clips.md", "text")[0].splitlines() == printed


def _check_picture(path: Path) -> None:
    """Three tracks across the picture, nobody in it, and a still whose tiles can't be told apart."""
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    bright = picture.max(axis=2) > 180
    for y in (80, 50, 110):
        drawn = bright[y - 6 : y + 7, 60:90].any(axis=0)
        assert drawn.mean() > 0.9, f"no track at y = {y}"
    floor = picture[130:148, 60:110]
    assert floor.std(axis=(0, 1)).max() < 12
    beside = picture[69:76, 50:110].astype(int)  # of a track, where clothes would be: they are red
    assert (beside[..., 2] - beside[..., 0]).max() < 15


def test_a_picture_is_made_of_a_clip_alone_and_where_a_file_can_lie(tmp_path: Path, clip: Path) -> None:
    """No live sensor of any kind draws where people went: the class is sources that aren't recorded."""
    with pytest.raises(
        DeviceFileError, match="the source is a simulated, and tracks are drawn of a recorded clip alone"
    ):
        TracksPicture(device_file(tmp_path), tmp_path / "p.png")
    device = load(write_device(tmp_path, clip))
    for path in (tmp_path, tmp_path / "none" / "p.png"):
        with pytest.raises(DeviceFileError, match="no file can be written there"):
            TracksPicture(device, path)


def test_a_clip_that_is_stopped_has_a_table_too(tmp_path: Path, clip: Path) -> None:
    stop = Event()

    def progress(counted_ms: int) -> None:
        if counted_ms >= 1000:
            stop.set()

    options = trial.TrialOptions(progress=progress)
    summary = trial.run(write_device(tmp_path, clip), stop, options=options)
    assert START_MS + 1000 <= summary.span.end_ms <= START_MS + 8000
    assert summary_lines(summary, Language.SV)


@pytest.mark.simulation
def test_a_run_with_an_outbox_sums_up_its_records_and_says_what_was_there_before(tmp_path: Path) -> None:
    """Also where the clip was counted before: then the table says so, since it shows those counts."""
    clip = write_walk_clip(tmp_path / "still.mp4", [], 4)
    device = load(write_device(tmp_path, clip))
    seen: list[tuple[int, Span]] = []

    def at_end(ended: DeviceFile, start_ms: int, end_ms: int) -> None:
        seen.append((len(flows_of_clip(ended)), Span(start_ms, end_ms)))

    assert flows_of_clip(device) == []
    for _ in range(2):
        source = open_input(device, tmp_path, SystemClock())
        with pytest.raises(UnsettledError):
            count(device, source, RushingClock(SystemClock()), Event(), "0.1.0", at_end=at_end)
    assert seen == [(1, Span(START_MS, START_MS + 3900))] * 2
    [flow] = flows_of_clip(device)
    lines = summary_lines(summarise([flow], seen[0][1]), Language.EN)
    assert lines[3].split()[:3] == ["stationen", "0", "0"]
    assert "1 record of it was there before this run" in made_earlier(1, Language.EN)[1]
    assert "2 poster av det fanns" in made_earlier(2, Language.SV)[1]


@given(
    st.lists(st.tuples(*[st.integers(0, 50)] * 4, st.integers(0, 60_000)), min_size=1, max_size=6),
    st.integers(0, 59_999),
)
def test_the_table_has_all_that_the_records_of_a_clip_have_wherever_the_clip_ends(
    counts: list[tuple[int, int, int, int, int]], last_ms: int
) -> None:
    """Clips that don't begin or end on a whole minute: their first and last records are theirs, those around aren't."""
    flows = [
        FlowDraft(
            START + timedelta(minutes=at),
            60,
            "a.c3",
            (),
            (wire.LineFlow("a", *one),),
            (wire.ZoneFlow("z", *one, 1, 7),),
        )
        for at, one in enumerate(counts)
    ]
    span = Span(START_MS + 20_000, START_MS + max((len(counts) - 1) * 60_000 + last_ms, 20_001))
    around = [FlowDraft(START + timedelta(minutes=at), 60, "b.c3", (), flows[0].lines, ()) for at in (-1, len(counts))]
    summary = summarise([around[0], *flows, around[1]], span)
    assert summary.setups == ("a.c3",)
    [line], [zone] = summary.lines, summary.zones
    assert (line.forward, line.gross_backward) == (sum(one[0] for one in counts), sum(one[3] for one in counts))
    assert (zone.entries, zone.presence_s) == (line.forward, sum(one[4] for one in counts))
    assert 0 <= (summary.coverage(line.observed_ms) or 0) <= 1


def test_flags_are_named_with_how_often_and_an_empty_clip_says_so() -> None:
    flags = [(wire.Flag.DARK,), (wire.Flag.DARK, wire.Flag.MOVED)]
    flows = [FlowDraft(START + timedelta(minutes=at), 60, "a.c3", one, (), ()) for at, one in enumerate(flags)]
    span = Span(START_MS, START_MS + 90_000)
    assert summary_lines(summarise(flows, span), Language.EN)[-1].startswith(
        "Flags: dark in 2 of 2 records; moved in 1 of 2 records."
    )
    assert summary_lines(summarise([], span), Language.SV) == ["Ingenting räknades, och ingenting observerades."]


def test_tables_and_durations_read_well() -> None:
    assert table(["line", "in"], [["a", "10"], ["long-name", "1"]]) == [
        "line       in",
        "a          10",
        "long-name   1",
    ]
    assert [duration(s) for s in (0, 59.6, 3599, 3661)] == ["0:00", "1:00", "59:59", "1:01:01"]
