"""The crowd: the same for everyone who asks, at any time; with the rhythm of a real place."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.clock import to_ms
from platspuls.demo import write_devices
from sim.crowd import Crowd
from sim.people import HOUR_MS, Maker
from sim.rhythm import Rhythm
from sim.world import LONGEST_S, World, WorldError, load_world

SINCE = date(2026, 10, 12)
MONDAY = SINCE + timedelta(days=14)
SEED = 7
DAY_MS = 24 * HOUR_MS


@pytest.fixture(scope="module")
def world_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_devices(folder, 1883, SINCE)
    return folder / "world.toml"


@pytest.fixture(scope="module")
def world(world_file: Path) -> World:
    return load_world(world_file)


@pytest.fixture
def crowd(world: World) -> Crowd:
    return Crowd.of(world, SEED)


def _local_ms(crowd: Crowd, day: date, hour: int = 0) -> int:
    return to_ms(datetime(day.year, day.month, day.day, hour, tzinfo=crowd.maker.rhythm.zone))


def _arrivals_by_local_hour(crowd: Crowd, day: date) -> list[int]:
    return [
        len(crowd.arrivals(_local_ms(crowd, day, hour), _local_ms(crowd, day, hour) + HOUR_MS)) for hour in range(24)
    ]


@pytest.mark.simulation
def test_another_process_sees_the_same_people(world_file: Path, crowd: Crowd) -> None:
    at_ms = _local_ms(crowd, MONDAY, 17)
    program = (
        "import sys; from pathlib import Path; from sim.crowd import Crowd\n"
        "from sim.world import load_world\n"
        "crowd = Crowd.of(load_world(Path(sys.argv[1])), int(sys.argv[2]))\n"
        "sys.stdout.write(crowd.positions(int(sys.argv[3])).tobytes().hex())"
    )
    arguments = [sys.executable, "-c", program, str(world_file), str(SEED), str(at_ms)]
    other = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    assert len(crowd.positions(at_ms)) > 3
    assert other == crowd.positions(at_ms).tobytes().hex()


def test_a_moment_is_the_same_whatever_was_asked_before(world: World, crowd: Crowd) -> None:
    moments = [_local_ms(crowd, MONDAY, 8) + offset for offset in (0, 59_999, 60_000, 3_600_000, 50_000_000)]
    forwards = [crowd.positions(at_ms) for at_ms in moments]
    other = Crowd.of(world, SEED)
    backwards = [other.positions(at_ms) for at_ms in reversed(moments)]
    for one, same in zip(forwards, reversed(backwards), strict=True):
        assert np.array_equal(one, same)


def test_another_seed_has_other_people(world: World, crowd: Crowd) -> None:
    at_ms = _local_ms(crowd, MONDAY, 17)
    assert not np.array_equal(crowd.positions(at_ms), Crowd.of(world, SEED + 1).positions(at_ms))


@pytest.mark.simulation
def test_about_two_and_a_half_thousand_come_on_a_weekday(crowd: Crowd) -> None:
    days = [MONDAY + timedelta(days=ahead) for ahead in range(5)]
    totals = [sum(_arrivals_by_local_hour(crowd, day)) for day in days]
    assert all(1900 < total < 3200 for total in totals)
    assert 2200 < np.mean(totals) < 2800
    assert len(set(totals)) == len(totals)


def test_a_weekday_has_two_peaks_and_a_quiet_night(crowd: Crowd) -> None:
    hours = _arrivals_by_local_hour(crowd, MONDAY)
    assert max(range(12), key=hours.__getitem__) == 7
    assert max(range(12, 24), key=hours.__getitem__) in {16, 17}
    assert all(5 < hour < 40 for hour in hours[:5])
    assert hours[12] > hours[10]


def test_closed_days_give_little(crowd: Crowd, world: World) -> None:
    usual = sum(_arrivals_by_local_hour(crowd, MONDAY))
    sunday = sum(_arrivals_by_local_hour(crowd, MONDAY - timedelta(days=1)))
    closed = sum(_arrivals_by_local_hour(crowd, world.quiet_days[0]))
    assert sunday < usual / 4
    assert closed < usual / 4


def test_staying_grows_within_half_and_double(world: World) -> None:
    rhythm = Rhythm.of(world)

    def share(weeks: int) -> float:
        noon = datetime(2026, 10, 12, 12, tzinfo=rhythm.zone) + timedelta(weeks=weeks)
        return float(rhythm.route_shares(to_ms(noon) // HOUR_MS)[rhythm.stays].sum())

    assert share(0) < share(1) < share(2)
    assert rhythm.trend(SINCE + timedelta(weeks=500)) == 2
    assert rhythm.trend(SINCE - timedelta(weeks=500)) == 0.5


def test_the_hours_follow_the_clock_change(world: World) -> None:
    rhythm = Rhythm.of(world)
    before = to_ms(datetime(2026, 10, 23, 5, tzinfo=UTC)) // HOUR_MS
    after = to_ms(datetime(2026, 10, 26, 6, tzinfo=UTC)) // HOUR_MS
    assert rhythm.local(before).hour == rhythm.local(after).hour == 7
    assert np.allclose(
        rhythm.people_a_minute(before, SEED) / rhythm.day_factor(date(2026, 10, 23), SEED),
        rhythm.people_a_minute(after, SEED) / rhythm.day_factor(date(2026, 10, 26), SEED),
    )


@pytest.mark.simulation
def test_nobody_jumps(crowd: Crowd) -> None:
    begin_ms, step_ms = _local_ms(crowd, MONDAY, 15), 100
    seen = 0
    for at_ms in range(begin_ms, begin_ms + HOUR_MS, 1700):
        paths = crowd.paths(at_ms, at_ms + step_ms)
        both = paths.only((paths.times_ms[:, 0] <= at_ms) & (paths.times_ms[:, -1] > at_ms + step_ms))
        moved_m = np.hypot(*(both.at(at_ms + step_ms) - both.at(at_ms)).T)
        assert not len(moved_m) or moved_m.max() / step_ms * 1000 < 4
        seen += len(moved_m)
    assert seen > 5000


def test_nobody_stays_longer_than_the_crowd_looks_back(world: World) -> None:
    maker = Maker.of(world, SEED)
    noon = to_ms(datetime(2026, 10, 20, 11, tzinfo=UTC)) // HOUR_MS
    paths = maker.people(noon)
    assert (np.diff(paths.times_ms, axis=1) >= 0).all()
    spent_s = (paths.times_ms[:, -1] - paths.times_ms[:, 0]) / 1000
    assert spent_s.max() < LONGEST_S
    assert spent_s.min() > 20


def test_some_walk_in_pairs(crowd: Crowd) -> None:
    paths = crowd.arrivals(_local_ms(crowd, MONDAY, 17), _local_ms(crowd, MONDAY, 18))
    starts, partners = np.unique(paths.times_ms[:, 0], return_counts=True)
    assert 0.1 < (partners == 2).sum() / len(starts) < 0.3
    one, other = np.flatnonzero(paths.times_ms[:, 0] == starts[partners == 2][0])
    assert np.allclose(np.hypot(*(paths.points[one] - paths.points[other]).T), 0.6)


def test_memory_is_bounded(crowd: Crowd) -> None:
    for hour in range(60):
        crowd.positions(_local_ms(crowd, MONDAY) + hour * HOUR_MS)
    assert len(crowd.hours) <= 8


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (
            'stops = ["station_f", "bench", "station_b"]',
            'stops = ["station_f", "moon"]',
            "'moon', which is not a place",
        ),
        ('profile = "to_station"', 'profile = "never"', "'never', which is not a profile"),
        ('time_zone = "Europe/Stockholm"', 'time_zone = "Europe/Haninge"', "'Europe/Haninge' is not an IANA"),
        ("box = [31, 2.7, 31, 4.0]", "box = [31, 4.0, 31, 2.7]", "places.mouth_f.box"),
        ("stop_max_s = 2400", "stop_max_s = 5399", "station_f - piano - mouth_f - centre_f may take"),
        ("pair_share = 0.2", "pair_share = 2", "pair_share"),
        ("pair_share = 0.2", "pears = 2", "pears"),
        ("[profiles]", "[profiles", "is not TOML"),
    ],
)
def test_a_wrong_world_file_is_refused_with_a_sentence(
    world_file: Path, tmp_path: Path, good: str, bad: str, sentence: str
) -> None:
    text = world_file.read_text(encoding="utf-8")
    assert good in text
    wrong = tmp_path / "world.toml"
    wrong.write_text(text.replace(good, bad), encoding="utf-8")
    with pytest.raises(WorldError, match=sentence):
        load_world(wrong)


def test_a_missing_world_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"nowhere\.toml: No such file"):
        load_world(tmp_path / "nowhere.toml")
