"""A device's view: frames against the clock, at once, or weeks of records; and the demo's files."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core import wire
from core.clock import floor_ms, to_ms
from core.site_file.load import load as load_site
from counter.counting.draft import Draft, DwellDraft, FlowDraft, numbered
from counter.device_file import DeviceFile, load
from counter.errors import SourceError
from platspuls.demo import DEVICES, write_devices, write_site
from sim import Simulation, open_source
from sim.kinds import KINDS
from store.registry.advice import warnings_about

SINCE = date(2026, 10, 12)
HOUR_MS = 3_600_000
BUSY_MS = to_ms(datetime(2026, 10, 27, 15, tzinfo=UTC))
EVERYWHERE = (-100.0, -100.0, 100.0, 100.0)
Value = float | tuple[float, float, float, float]


@dataclass(slots=True)
class SteppingClock:
    """A clock that goes on by itself each time it is read."""

    at_ms: int
    step_ms: int = 1

    def now_ms(self) -> int:
        self.at_ms += self.step_ms
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_ms / 1000

    def boot_id(self) -> str:
        return "first"

    def known(self) -> bool | None:
        return True


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's files, loaded."""

    folder: Path
    devices: dict[str, DeviceFile] = field(default_factory=dict)

    def open(self, key: str, clock: SteppingClock | None = None, **changes: Value) -> Simulation:
        settings = self.devices[key].source.model_copy(update=changes)
        return open_source(settings, self.folder, clock)

    def history(self, key: str, from_ms: int, until_ms: int, **changes: Value) -> list[Draft]:
        return list(self.open(key, None, **changes).history(self.devices[key], from_ms, until_ms))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    return Place(folder, {path.stem: load(path, KINDS) for path in write_devices(folder, 1883, SINCE)})


def _sorted(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points[np.lexsort(points.T)])


def _within(points: NDArray[np.float64], x0: float, x1: float) -> NDArray[np.float64]:
    return np.asarray(points[(points[:, 0] >= x0) & (points[:, 0] <= x1)])


@pytest.mark.simulation
def test_two_views_see_the_same_people_where_they_overlap(place: Place) -> None:
    tunnel, square = place.open("tunnel-kamera"), place.open("torg-kamera")
    seen = 0
    for at_ms in range(BUSY_MS, BUSY_MS + HOUR_MS // 4, 5000):
        one, other = (_within(view.observe(at_ms).points, 26, 34) for view in (tunnel, square))
        assert np.array_equal(_sorted(one), _sorted(other))
        seen += len(one)
    assert seen > 20


def test_a_frame_shows_only_what_is_in_view_in_no_order(place: Place) -> None:
    source = place.open("torg-kamera", noise_m=0.0)
    x0, y0, x1, y1 = source.settings.view
    frames = list(source.replay(BUSY_MS, BUSY_MS + 20_000))
    for frame in frames:
        assert ((frame.points >= (x0, y0)) & (frame.points <= (x1, y1))).all()
    assert len(frames) == 200
    assert frames[0].points.dtype == np.float64
    biggest = max(frames, key=lambda frame: len(frame.points))
    jumps = [
        np.hypot(*(now.points - before.points).T).max()
        for before, now in pairwise(frames)
        if len(now.points) == len(before.points) == len(biggest.points)
    ]
    assert len(biggest.points) > 2
    assert max(jumps) > 1


def test_frames_are_on_one_grid_and_replay_is_half_open(place: Place) -> None:
    source = place.open("tunnel-ir")
    stamps = [frame.at_ms for frame in source.replay(BUSY_MS, BUSY_MS + 1000)]
    assert stamps == [BUSY_MS + 125 * n for n in range(8)]
    assert [frame.at_ms for frame in source.replay(BUSY_MS + 1, BUSY_MS + 1000)] == stamps[1:]
    assert [frame.at_ms for frame in source.replay(BUSY_MS, BUSY_MS + 1000, every=3)] == stamps[::3]


def test_noise_is_as_wide_as_set(place: Place) -> None:
    clean, noisy = (place.open("torg-kamera", noise_m=noise_m, view=EVERYWHERE) for noise_m in (0.0, 0.1))
    moments = range(BUSY_MS, BUSY_MS + 200_000, 1000)
    errors = np.concatenate([noisy.observe(at_ms).points - clean.observe(at_ms).points for at_ms in moments])
    assert len(errors) > 1000
    assert errors.std() == pytest.approx(0.1, rel=0.05)


def test_live_frames_follow_the_clock(place: Place) -> None:
    source = place.open("torg-kamera", SteppingClock(BUSY_MS, step_ms=1000), frame_rate=60.0)
    stamps = [frame.at_ms for frame in islice(source.detections(), 3)]
    source.close()
    assert stamps == [BUSY_MS + 1017, BUSY_MS + 2017, BUSY_MS + 3017]


def test_no_frame_is_shown_twice_but_a_clock_set_back_is_followed(place: Place) -> None:
    clock = SteppingClock(BUSY_MS, step_ms=0)
    source = place.open("torg-kamera", clock, frame_rate=60.0)
    frames = source.detections()
    assert [next(frames).at_ms for _ in range(3)] == [BUSY_MS + 17, BUSY_MS + 33, BUSY_MS + 50]
    clock.at_ms -= HOUR_MS
    assert next(frames).at_ms == BUSY_MS - HOUR_MS + 17
    source.close()


def test_closing_ends_the_frames(place: Place) -> None:
    source = place.open("torg-kamera", SteppingClock(BUSY_MS, step_ms=0), frame_rate=0.02)
    ending = threading.Timer(0.05, source.close)
    ending.start()
    assert list(source.detections()) == []
    ending.join()
    source.close()


def _from_midnight(days: int = 2) -> Iterator[int]:
    midnight = datetime(2026, 10, 26, 23, tzinfo=UTC)
    yield from (to_ms(midnight), to_ms(midnight + timedelta(days=days)))


@pytest.mark.simulation
@pytest.mark.parametrize("key", DEVICES)
def test_history_makes_valid_records_in_order_and_each_once(place: Place, key: str) -> None:
    from_ms, until_ms = _from_midnight(days=1)
    drafts = place.history(key, from_ms, until_ms)
    assert drafts == place.history(key, from_ms, until_ms)
    seen = Counter((type(draft), draft.start) for draft in drafts)
    assert set(seen.values()) == {1}
    ends = [wire.utc(0) + (draft.start - wire.utc(0)) + timedelta(seconds=_length_s(draft)) for draft in drafts]
    assert ends == sorted(ends)
    assert to_ms(drafts[0].start) == from_ms
    assert to_ms(ends[-1]) == until_ms
    encoded = [wire.encode(numbered(draft, wire.Seq(seq))) for seq, draft in enumerate(drafts, 1)]
    for some in batched(encoded, wire.MAX_RECORDS):
        assert not wire.decode_batch(wire.encode_batch("0123456789abcdef", some)).rejected


def batched(records: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (records[n : n + size] for n in range(0, len(records), size))


def _length_s(draft: Draft) -> int:
    return draft.period_s if isinstance(draft, FlowDraft) else wire.QUARTER_S


@pytest.mark.simulation
def test_history_begins_and_ends_visits_in_balance(place: Place) -> None:
    drafts = place.history("torg-kamera", *_from_midnight(), restarts_per_week=20.0)
    total: Counter[str] = Counter()
    for draft in drafts:
        for zone in draft.zones:
            if isinstance(zone, wire.ZoneFlow):
                total.update(entries=zone.entries, appeared=zone.appeared, exits=zone.exits, lost=zone.lost)
            else:
                total.update(ended=sum(map(sum, (zone.complete.bins, zone.cut.bins, zone.fragment.bins))))
    assert total["entries"] + total["appeared"] == total["exits"] + total["lost"] == total["ended"]
    assert total["entries"] > 3000
    assert 0 < total["appeared"] < 0.03 * total["entries"]
    assert 0 < total["lost"] < 0.03 * total["entries"]


def test_presence_is_at_most_occupancy_and_an_outage_leaves_nothing(place: Place) -> None:
    outage = place.devices["torg-kamera"].source.outages[0]
    begin_ms, end_ms = to_ms(outage.start), to_ms(outage.end)
    drafts = place.history("torg-kamera", floor_ms(begin_ms, 900) - HOUR_MS, floor_ms(end_ms, 900) + HOUR_MS)
    assert end_ms - begin_ms > 3 * HOUR_MS
    for draft in drafts:
        if isinstance(draft, FlowDraft):
            assert not begin_ms <= to_ms(draft.start) < end_ms
            for zone in draft.zones:
                assert zone.presence_s <= zone.occupancy_max * draft.period_s
    assert sum(draft.zones[0].appeared for draft in drafts if isinstance(draft, FlowDraft)) > 0


@pytest.mark.simulation
def test_some_quarters_of_the_history_miss_a_minute(place: Place) -> None:
    from_ms, until_ms = _from_midnight()
    watched = place.history("tunnel-kamera", from_ms, until_ms, restarts_per_week=10.0)
    observed = [draft.zones[0].observed_ms for draft in watched if isinstance(draft, DwellDraft)]
    assert 0 < sum(one < wire.QUARTER_S * 1000 for one in observed) < 15
    whole = place.history("tunnel-kamera", from_ms, until_ms, restarts_per_week=0.0)
    assert {d.zones[0].observed_ms for d in whole if isinstance(d, DwellDraft)} == {wire.QUARTER_S * 1000}


def test_history_spans_whole_local_days_up_to_the_last_quarter(place: Place) -> None:
    source = place.open("torg-kamera", history_days=3)
    now = datetime(2026, 10, 27, 9, 44, 30, tzinfo=UTC)
    first = datetime(2026, 10, 24, tzinfo=source.crowd.maker.rhythm.zone)
    assert source.history_span(to_ms(now)) == (to_ms(first), to_ms(now.replace(minute=30, second=0)))
    from_ms, until_ms = place.open("torg-kamera", history_days=0).history_span(to_ms(now))
    assert from_ms == until_ms


def test_history_refuses_what_the_device_can_not_see(place: Place) -> None:
    with pytest.raises(SourceError, match="stationen: corner"):
        place.history("tunnel-kamera", *_from_midnight(), view=(1.0, -1.0, 34.0, 7.0))
    with pytest.raises(SourceError, match="on no quarter-hour"):
        place.history("tunnel-kamera", BUSY_MS + 1, BUSY_MS + HOUR_MS)


@pytest.mark.parametrize("since", [date(2026, 3, 8), SINCE, date(2027, 12, 20)])
def test_the_demo_files_agree_with_each_other(tmp_path: Path, since: date) -> None:
    site = load_site(write_site(tmp_path, since))
    assert list(warnings_about(site)) == []
    devices = {path.stem: load(path, KINDS) for path in write_devices(tmp_path, 1883, since)}
    assert [device.key for device in site.devices] == list(devices) == list(DEVICES)
    for written in site.devices:
        device = devices[written.key]
        assert (device.device.site, device.device.key) == (site.site.key, written.key)
        assert {table.line for table in device.lines} == {one.line for one in written.lines}
        assert {table.zone for table in device.zones} == {one.zone for one in written.zones}
    assert len({device.outbox.path for device in devices.values()}) == len(devices)


def test_the_demo_covers_every_space_and_adds_up_no_overlap(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, SINCE))
    assert {zone.key for zone in site.zones if zone.disjoint} == {"tunnelgolvet", "torgytan"}
    assert {zone.space for zone in site.zones if zone.covers_space} == {"gangtunneln", "torget"}
    assert {line.border for line in site.lines} == {border.key for border in site.borders}
    days = {exception.day for exception in site.exceptions}
    assert len(days) == 1
    assert SINCE < days.pop() < SINCE + timedelta(days=21)
    dates = {(one.kind, year) for one in site.calendar for year in (one.start.year, (one.end or one.start).year)}
    kinds = ("holiday", "school_break")
    assert dates >= {(kind, year) for kind in kinds for year in (SINCE.year, SINCE.year + 1)}, (
        "any days can be asked for"
    )
