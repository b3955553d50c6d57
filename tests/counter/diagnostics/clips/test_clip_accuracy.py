"""A clip beside what somebody saw in it: truth files, pairing, intervals, and clips that end anywhere."""

import tomllib
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.clock import to_ms
from core.texts.catalog import Language
from counter.counting.draft import Draft
from counter.diagnostics import trial
from counter.diagnostics.accuracy import ManualCount
from counter.diagnostics.clips.judgement import (
    WITHIN_S,
    check_lines,
    interval,
    judge_clip,
    judge_manual_counts,
    pairs,
)
from counter.diagnostics.clips.passage_times import PassageTimes
from counter.diagnostics.clips.summary import Span
from counter.diagnostics.clips.truth import (
    ClipTruth,
    LineTruth,
    Way,
    as_toml,
    check_clip_truth,
    read_clip_truth,
    write_clip_truth,
)
from counter.diagnostics.clips.words import accuracy_lines
from counter.errors import TruthError
from tests.docs.blocks import blocks
from tests.support.counter.bug_pack import CASES, MEET, THROUGH, Case
from tests.support.counter.tracks import MIDDLE, RATE, START_MS, Counted, frames, tally
from tests.support.counter.walk_clip import Walk, write_device, write_walk_clip

CLIP_START_MS = to_ms(datetime(2026, 10, 5, 10, 0, tzinfo=UTC))
WALKS = [Walk(4), Walk(6, y=50), Walk(7, y=110, forward=False)]
LENGTH_S = 13.4
hundredths = st.integers(0, 20_000).map(lambda number: number / 100)
rising = st.lists(hundredths, max_size=12).map(sorted)


@st.composite
def truths(draw: st.DrawFn) -> ClipTruth:
    """Draw what somebody saw: parts that were watched, and passages in them."""
    lines = {}
    for line in draw(st.lists(st.sampled_from(["stationen", "torget-2", "a"]), unique=True, max_size=3)):
        edges = draw(st.lists(hundredths, max_size=6, unique=True).map(sorted))
        watched = list(zip(edges[::2], edges[1::2], strict=False))
        inside = st.sampled_from(watched).flatmap(lambda one: st.floats(*one)) if watched else st.nothing()
        ways = [draw(st.lists(inside, max_size=6)) if watched else [] for _ in range(2)]
        lines[line] = LineTruth(watched_s=watched, forward_s=ways[0], backward_s=ways[1])
    return ClipTruth(clip=draw(st.text(max_size=20)), lines=lines)


@given(truths())
def test_what_is_written_is_read_back_to_the_hundredth(truth: ClipTruth) -> None:
    back = check_clip_truth(tomllib.loads(as_toml(truth)), "it")
    assert back.clip == truth.clip
    assert back.lines.keys() == truth.lines.keys()
    for line, seen in truth.lines.items():
        assert back.lines[line].watched_s == seen.watched_s
        for way in ("forward", "backward"):
            assert back.lines[line].passages(way) == pytest.approx(seen.passages(way), abs=0.0051)
    assert as_toml(back) == as_toml(truth)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[lines.a]\nwatched_s = [[0.0, 10.0], [9.0, 20.0]]\n", r"lines\.a: watched_s \[9, 20\] does not begin after"),
        ("[lines.a]\nwatched_s = [[5.0, 5.0]]\n", "ends too early"),
        ("[lines.a]\nwatched_s = [[0.0, 5.0]]\nforward_s = [6.0]\n", "the passage at 6 s lies in no part"),
        ("[lines.a]\nwatched_s = [[-1.0, 5.0]]\n", "does not begin after"),
        ("[lines.a]\nwatched_s = [[0.0, inf]]\n", "watched_s"),
        ("[lines.a]\nwatched = []\n", "watched_s: Field required"),
        ("[lines.'Å']\nwatched_s = []\n", "lines"),
        ("nothing", "is not TOML"),
        ("line = 'a'\n", "line: Extra inputs are not permitted"),
    ],
)
def test_a_truth_that_contradicts_itself_is_refused_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "truth.toml").write_text(text, "utf-8")
    with pytest.raises(TruthError, match=sentence):
        read_clip_truth(tmp_path / "truth.toml")


def test_a_truth_file_is_its_owners_and_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "truth.toml"
    write_clip_truth(path, ClipTruth(lines={"a": LineTruth(watched_s=[(0, 1)])}))
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["truth.toml"]
    with pytest.raises(TruthError, match="can't be read: No such file"):
        read_clip_truth(tmp_path / "none.toml")


@given(st.integers(1, 400), st.data())
def test_intervals_are_those_of_clopper_and_pearson(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    exact = binomtest(hits, of).proportion_ci(0.95, method="exact")
    assert interval(hits, of) == pytest.approx((exact.low, exact.high), abs=1e-9)


@given(rising.filter(lambda one: len(one) <= 6), rising.filter(lambda one: len(one) <= 6))
def test_as_many_passages_are_paired_as_there_can_be_and_none_twice(seen: list[float], counted: list[float]) -> None:
    found = pairs(seen, counted)
    assert all(abs(seen[a] - counted[b]) <= WITHIN_S for a, b in found)
    assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)
    sizes = range(min(len(seen), len(counted)), len(found), -1)
    for size in sizes:  # in order, as two rising lists are paired best
        for some in combinations(seen, size):
            for others in combinations(counted, size):
                assert any(abs(a - b) > WITHIN_S for a, b in zip(some, others, strict=True))


@given(rising, rising, st.floats(10, 200))
def test_missed_and_false_explain_the_difference_wherever_watching_ends(
    seen: list[float], counted: list[float], until_s: float
) -> None:
    watched = LineTruth(watched_s=[(0, until_s)], forward_s=[at_s for at_s in seen if at_s <= until_s])
    way = judge_clip(ClipTruth(lines={"a": watched}), lambda _, way: counted if way == "forward" else [])[0]
    assert way.truth - way.missed == way.counted - way.false
    assert way.counted <= len([at_s for at_s in counted if at_s < until_s + WITHIN_S])
    assert min(way.missed, way.false) >= 0


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: case.name)
def test_passage_times_are_as_many_as_are_counted_also_of_who_turns_back(case: Case) -> None:
    """Sway, pacing and turning back raise and lower the sum of the live tick: what is left are the net passages."""
    by, times, drafts, at_ms = tally([case.line or MIDDLE]), PassageTimes(), list[Draft](), 0
    for shown in frames(case.paths):
        closed = by.update(shown)
        times.look(by, shown, closed)
        drafts, at_ms = [*drafts, *closed], shown.at_ms
    drafts += by.close(at_ms)
    times.end(drafts, at_ms)
    line = (case.line or MIDDLE).line
    found = tuple(times.at_ms.get((line, way), []) for way in ("forward", "backward"))
    assert tuple(map(len, found)) == Counted(drafts).net
    assert [sorted(one) for one in found] == list(found)


def test_a_passage_is_timed_when_it_is_complete_not_when_it_is_decided() -> None:
    by, times = tally(), PassageTimes()
    for shown in frames([THROUGH]):
        times.look(by, shown, by.update(shown))
    [at_s] = times.in_seconds(START_MS)("middle", "forward")
    assert MEET / RATE < at_s < MEET / RATE + 1


def test_counts_without_times_say_that_their_errors_are_bounds() -> None:
    """A clip's manual count may end anywhere in it, or on the whole second after it; the counts are those in it."""
    clip = Span(CLIP_START_MS, CLIP_START_MS + 139_300)
    counts = [
        ManualCount("a", CLIP_START_MS, CLIP_START_MS + 61_500, 3, 0),
        ManualCount("a", CLIP_START_MS + 61_500, CLIP_START_MS + 140_000, 1, 2),
    ]
    times: dict[Way, list[float]] = {"forward": [1.0, 61.4, 61.5, 139.2], "backward": [5.0]}
    forward, backward = judge_manual_counts(counts, clip, lambda _, way: times[way])
    assert (forward.truth, forward.counted, forward.missed, forward.false) == (4, 4, 1, 1)
    assert (backward.truth, backward.counted, backward.missed, backward.false) == (2, 1, 2, 1)
    assert "lower bounds" in accuracy_lines([forward], Language.EN)[-1]
    late = ManualCount("a", CLIP_START_MS, CLIP_START_MS + 4_000_000, 3, 0)
    with pytest.raises(TruthError, match="does not lie in the clip, which is from 2026-10-05T10:00:00"):
        judge_manual_counts([late], clip, lambda *_: [])


def test_a_line_that_is_not_there_is_named() -> None:
    with pytest.raises(TruthError, match="the truth has the line b, and the device file a, c"):
        check_lines(["a", "b"], ["a", "c"])


@pytest.mark.simulation
def test_a_clip_is_judged_by_its_truth_and_by_counts_and_ends_on_no_whole_minute(tmp_path: Path) -> None:
    device = write_device(tmp_path, write_walk_clip(tmp_path / "walk.mp4", WALKS, LENGTH_S))
    truth = LineTruth(
        watched_s=[(0.0, 4.0), (5.0, LENGTH_S)],
        forward_s=[*(walk.crosses_s for walk in WALKS if walk.forward), 5.5],  # nobody passed at 5.5 s
        backward_s=[walk.crosses_s for walk in WALKS if not walk.forward],
    )
    write_clip_truth(tmp_path / "truth.toml", ClipTruth(lines={"stationen": truth}))
    forward, backward = trial.judge(device, tmp_path / "truth.toml", Event())
    assert (forward.truth, forward.counted, forward.missed, forward.false) == (3, 2, 1, 0)
    assert (backward.truth, backward.counted, backward.missed, backward.false) == (1, 1, 0, 0)
    assert forward.watched_s == pytest.approx(12.4)
    assert not (tmp_path / "outbox.sqlite3").exists()
    stop = Event()
    stop.set()
    with pytest.raises(TruthError, match="was not counted to its end"):
        trial.judge(device, tmp_path / "truth.toml", stop)


def test_the_page_shows_a_truth_file_that_is_read_and_the_table_as_it_is_printed(tmp_path: Path) -> None:
    [shown] = blocks("docs/clips.md", "toml")
    (tmp_path / "truth.toml").write_text(shown, "utf-8")
    truth = read_clip_truth(tmp_path / "truth.toml")
    assert as_toml(truth) == shown
    counted = truth.lines["stationen"].passages("forward")
    found = judge_clip(truth, lambda _, way: counted if way == "forward" else [])
    assert blocks("docs/clips.md", "text")[1].splitlines() == accuracy_lines(found, Language.EN)
