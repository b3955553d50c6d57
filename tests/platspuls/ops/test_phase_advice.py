"""What to do before counters are updated while a study measures.

The class: any device of any study, whatever it counts by (former rules, the newest, older ones than there are versions,
ones that are gone, or newer than this program's) and whatever was counted so far: a phase that runs keeps its rules,
and a phase to come gets those of what it is compared with.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

import pytest

from counter.counting.version import COUNTING_VERSION, CountingVersion
from platspuls.ops.phase_advice import advice, local_time
from store.studies import PhaseDevice, StudyPhase

NOW: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)
FORMER, NEWEST = COUNTING_VERSION - 1, COUNTING_VERSION
GONE = min(get_args(CountingVersion)) - 1


def phase(key: str, begins: int, days: int | None, versions: Sequence[int | None] = (), cuts: int = 0) -> StudyPhase:
    """Return a phase that begins so many days from now."""
    starts_at = NOW + timedelta(days=begins)
    ends_at = None if days is None else starts_at + timedelta(days=days)
    is_over = ends_at is not None and ends_at <= NOW
    return StudyPhase(
        *("tunnel", "Europe/Stockholm", "amp", key, "baseline", starts_at, ends_at, begins <= 0, is_over),
        versions,
        cuts,
    )


def camera(of: StudyPhase, version: int | None, setup: str | None = "kamera-a") -> PhaseDevice:
    known = setup if version is None or setup is None else f"{setup}.c{version}"
    return PhaseDevice(of.site, of.study, of.phase, of.starts_at, "kamera", known, version)


RUNS = phase("noll", -10, 30, [FORMER])


@pytest.mark.parametrize(
    ("of", "version", "words"),
    [
        (RUNS, FORMER, f"before its program is updated, write `counting_version = {FORMER}`"),
        (RUNS, None, "rules older than counting versions, which this program no longer has: leave its program"),
        (RUNS, GONE, f"counting version {GONE}, which this program no longer has: leave its program"),
        (phase("noll", -10, None), FORMER, "until its end, which nobody declared"),
        (phase("noll", 5, 30), FORMER, "update it before 2026-10-29 23:00+01:00, when amp/noll begins, or write"),
    ],
)
def test_a_device_that_an_update_would_change(of: StudyPhase, version: int | None, words: str) -> None:
    [sentence] = advice([of], [camera(of, version)])
    assert words in sentence
    assert sentence.startswith("tunnel: kamera counts by ")


@pytest.mark.parametrize("version", [NEWEST, NEWEST + 1])
@pytest.mark.parametrize("of", [RUNS, phase("noll", 5, 30), phase("noll", -9, None)])
def test_a_device_that_no_update_changes(of: StudyPhase, version: int) -> None:
    assert advice([replace(of, versions=())], [camera(of, version)]) == []


def test_a_device_that_was_never_heard() -> None:
    assert advice([RUNS], [camera(RUNS, None, setup=None)]) == []


def test_a_follow_up_is_counted_as_its_baseline() -> None:
    """The way back too: it was updated between them, and the former rules can still be chosen."""
    over, later = phase("noll", -90, 30, [FORMER]), phase("uppf", 20, 30)
    [kept] = advice([over, later], [camera(later, FORMER)])
    assert f"write `counting_version = {FORMER}`" in kept
    assert "keep it until 2026-12-13 23:00+01:00, when amp/uppf ends" in kept
    [back] = advice([over, later], [camera(later, NEWEST)])
    assert f"what amp measured so far by {FORMER}: write `counting_version = {FORMER}`" in back
    newest = replace(over, versions=[NEWEST])
    assert advice([newest, later], [camera(later, NEWEST)]) == []
    gone = replace(over, versions=[None])
    assert advice([gone, later], [camera(later, NEWEST)]) == []


def test_what_is_cut_already_is_said_of_the_phase_and_of_the_study() -> None:
    cut = phase("noll", -10, 30, [FORMER, NEWEST], 2)
    said = advice([cut], [camera(cut, NEWEST)])
    assert said[0] == "tunnel: amp/noll: the setup changed within it in 2 places: `platspuls quality list` says where."
    assert said[1].startswith(f"tunnel: amp: counted by different rules (noll by {FORMER}, {NEWEST})")
    apart = [phase("noll", -90, 30, [None]), phase("uppf", -10, 30, [NEWEST])]
    assert f"(noll by none, uppf by {NEWEST})" in advice(apart, [camera(apart[1], NEWEST)])[0]


def test_of_two_studies_each_is_judged_by_itself() -> None:
    other = replace(phase("noll", -90, 30, [NEWEST]), study="light")
    assert len(advice([RUNS, other], [camera(RUNS, FORMER)])) == 1


def test_times_are_those_of_the_site() -> None:
    night = replace(
        RUNS, starts_at=datetime(2026, 10, 24, 22, tzinfo=UTC), ends_at=datetime(2026, 10, 25, 23, tzinfo=UTC)
    )
    assert (local_time(night), local_time(night, end=True)) == ("2026-10-25 00:00+02:00", "2026-10-26 00:00+01:00")
    nepal = replace(night, time_zone="Asia/Kathmandu")
    assert local_time(nepal) == "2026-10-25 03:45+05:45"
