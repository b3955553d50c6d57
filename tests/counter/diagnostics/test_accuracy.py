"""A counter beside manual counts: errors each way, hourly WAPE, and a sentence where they can't be compared."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from core import wire
from counter.counting.draft import FlowDraft
from counter.diagnostics.accuracy import CountedInterval, LineAccuracy, ManualCount, judge, read_outbox, read_truth
from counter.errors import TruthError
from platspuls.cli.main import main
from tests.support.counter.records import START_S, SetClock, open_outbox
from tests.support.counter.walkers import device_file

MINUTE = 60_000
HOUR = 60 * MINUTE
START = START_S * 1000 - START_S * 1000 % HOUR


def counted(minutes: range, forward: int, backward: int, observed_ms: int = MINUTE) -> list[CountedInterval]:
    """Return what is counted in each of some minutes."""
    return [
        CountedInterval("a", START + n * MINUTE, START + (n + 1) * MINUTE, forward, backward, observed_ms)
        for n in minutes
    ]


def manual_count(hour: int, forward: int, backward: int, hours: float = 1) -> ManualCount:
    return ManualCount("a", START + hour * HOUR, START + round((hour + hours) * HOUR), forward, backward)


def test_errors_of_hours_do_not_cancel_in_wape_and_do_in_the_sums() -> None:
    counts = [manual_count(0, 66, 30), manual_count(1, 54, 30)]
    (line,) = judge(counts, counted(range(120), 1, 0))
    assert line == LineAccuracy("a", 2, 0, 2 * HOUR, (120, 60), (120, 0), (6 + 6 + 60) / 180)
    assert line.errors() == (0.0, -1.0)


def test_short_manual_counts_of_one_hour_are_one() -> None:
    counts = [manual_count(0, 10, 0, hours=0.25), ManualCount("a", START + HOUR // 2, START + HOUR, 35, 0)]
    (line,) = judge(counts, counted(range(60), 1, 0))
    assert line.counted == (45, 0)
    assert line.hourly_wape == 0


def test_what_was_not_watched_is_left_out() -> None:
    records = counted(range(60), 1, 0) + counted(range(60, 118), 1, 0)
    (line,) = judge([manual_count(0, 60, 0), manual_count(1, 60, 0)], records)
    assert (line.manual_counts, line.left_out, line.truth) == (1, 1, (60, 0))
    (line,) = judge([manual_count(5, 60, 0)], records)
    assert (line.manual_counts, line.hourly_wape, line.errors()) == (0, None, (None, None))


def test_a_manual_count_that_cuts_a_record_is_refused() -> None:
    cut = ManualCount("a", START + 30_000, START + HOUR, 1, 1)
    with pytest.raises(TruthError, match=r"the count of a from .* cuts the record of .*, which is 60 s long"):
        judge([cut], counted(range(60), 1, 0))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("start,line,forward\n", "has no column backward"),
        (
            "start,line,forward,backward\n2026-10-05T12:00,a,1,1\n",
            "row 2: start = '2026-10-05T12:00' is not a time with",
        ),
        ("start,line,forward,backward\nnoon,a,1,1\n", "row 2: start = 'noon' is not a time"),
        ("start,line,forward,backward\n2026-10-05T12:00Z,a,1.5,1\n", "row 2: forward = '1.5' is not a whole number"),
        ("start,line,forward,backward\n2026-10-05T12:00Z,a,1\n", "row 2: backward = None is not a whole number"),
        (
            "start,end,line,forward,backward\n2026-10-05T12:00Z,2026-10-05T11:00Z,a,1,1\n",
            "row 2: end = .* is not after",
        ),
        (
            "start,line,forward,backward\n2026-10-05T12:00Z,a,1,1\n2026-10-05T12:30Z,a,1,1\n",
            "two manual counts of a overlap",
        ),
    ],
)
def test_wrong_manual_counts_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "truth.csv").write_text(text)
    with pytest.raises(TruthError, match=sentence):
        read_truth(tmp_path / "truth.csv")


def test_without_an_outbox_or_a_file_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="there is no outbox"):
        list(read_outbox(tmp_path / "none.sqlite3", 0, 1))
    with pytest.raises(TruthError, match="can't be read: No such file"):
        read_truth(tmp_path / "none.csv")


def test_one_command_tells_how_exact_a_device_is(tmp_path: Path) -> None:
    device_file(tmp_path)
    outbox = open_outbox(tmp_path / "outbox.sqlite3", SetClock())
    outbox.append(
        [
            FlowDraft(
                wire.utc(START // 1000 + 60 * n), 60, "a", (), (wire.LineFlow("stationen", 2, 1, 2, 1, MINUTE),), ()
            )
            for n in range(60)
        ]
    )
    outbox.close()
    begins = wire.utc(START // 1000).isoformat()
    (tmp_path / "truth.csv").write_text(f"start,line,forward,backward\n{begins},stationen,125,60\n")
    done = CliRunner().invoke(
        main, ["demo", "counter", "accuracy", str(tmp_path / "device.toml"), str(tmp_path / "truth.csv")]
    )
    assert done.exit_code == 0, done.output
    words = done.output.splitlines()[1].split()
    assert words == ["stationen", "1", "0", "1.0", "125", "+", "60", "120", "+", "60", "-4.0%", "+0.0%", "2.7%"]
