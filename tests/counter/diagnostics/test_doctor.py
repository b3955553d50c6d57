"""The doctor finds each planted fault, and none on a good set-up."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from core.clock import SystemClock
from core.texts.catalog import Language
from core.wire import Flag
from counter.counting.cells import ZoneCell
from counter.detections import Detections
from counter.detectors.boxes import Boxes, Image
from counter.detectors.settings import BackgroundDetector
from counter.device_file import DeviceFile, LineTable, ZoneTable, load
from counter.diagnostics.doctor.expected_accuracy import Grounds, Level, expectation_of, level_of
from counter.diagnostics.doctor.finding import Fault, Finding, Weight
from counter.diagnostics.doctor.geometry_checks import longest_way, rooms
from counter.diagnostics.doctor.measurements import LineSeen, Measurements, ZoneSeen
from counter.diagnostics.doctor.observe import NothingSeenError, bounds_of, observe, with_clip
from counter.diagnostics.doctor.record import Examination, as_json, keep
from counter.diagnostics.doctor.rules import findings
from counter.diagnostics.doctor.words import expected, seen_lines, sentence
from counter.errors import DeviceFileError
from counter.sources.port import Input, Recorded
from counter.sources.video.clip import Clip
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.source import Video
from tests.support.counter.clip_truth import PIXELS_PER_METRE, RATE, SIZE
from tests.support.counter.clips import write_clip
from tests.support.counter.faults import SENSOR_FAULTS
from tests.support.counter.walkers import device_file
from tests.support.data import CLIP, recorded

DEVICE = """\
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "kamera-a"

[source]
kind = "camera"
address = 0
size = [768, 432]
pixels_per_metre = 200.0

[detector]
kind = "onnx"
weights = "w.onnx"

[[lines]]
line = "bordet"
points = [[600.0, 0.0], [600.0, 432.0]]
forward_towards = [700.0, 200.0]

[[zones]]
zone = "bilden"
polygon = [[0.0, 0.0], [768.0, 0.0], [768.0, 432.0], [0.0, 432.0]]
stay_s = 15

[outbox]
path = "kept/outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""
BOUNDS = (0.0, 0.0, 768.0, 432.0)
WELL = Measurements(
    span_s=60,
    frames=601,
    flags={},
    clock_known=True,
    brightness=120,
    person_px=370,
    lines=(LineSeen("bordet", 3, 2),),
    zones=(ZoneSeen("bilden", 5, 0, 5, 0),),
)


@pytest.fixture
def device(tmp_path: Path) -> DeviceFile:
    (tmp_path / "w.onnx").touch()
    (tmp_path / "device.toml").write_text(DEVICE)
    return load(tmp_path / "device.toml")


def with_source(device: DeviceFile, **values: object) -> DeviceFile:
    assert isinstance(device.source, CameraSource)
    return device.model_copy(update={"source": device.source.model_copy(update=values)})


def with_line(device: DeviceFile, *points: tuple[float, float], towards: tuple[float, float]) -> DeviceFile:
    line = LineTable(line="bordet", points=list(points), forward_towards=towards)
    return device.model_copy(update={"lines": [line]})


def found(device: DeviceFile, seen: Measurements = WELL, stays_s: dict[str, int] | None = None) -> dict[Fault, Finding]:
    return {finding.fault: finding for finding in findings(device, seen, BOUNDS, stays_s)}


def test_nothing_is_found_on_a_good_set_up(device: DeviceFile) -> None:
    assert found(device) == {}
    assert level_of([]) is Level.USUAL


@pytest.mark.parametrize(
    ("planted", "fault", "weight"),
    [
        (replace(WELL, frames=241), Fault.FRAMES_FEW, Weight.ROUGH),
        (replace(WELL, frames=121), Fault.FRAMES_FEW, Weight.BAD),
        (replace(WELL, brightness=31.0), Fault.LIGHT_LOW, Weight.ROUGH),
        (replace(WELL, flags={Flag.DARK: 0.8}), Fault.LIGHT_LOW, Weight.ROUGH),
        (replace(WELL, watched=0.7, flags={Flag.BLOCKED: 0.3}), Fault.VIEW_BLOCKED, Weight.BAD),
        (replace(WELL, watched=0.0), Fault.VIEW_BLOCKED, Weight.BAD),
        (replace(WELL, flags={Flag.MOVED: 0.5}), Fault.VIEW_MOVED, Weight.BAD),
        (replace(WELL, flags={Flag.BEAM_BLOCKED: 0.5}), Fault.BEAM_BLOCKED, Weight.BAD),
        (replace(WELL, clock_known=False), Fault.CLOCK_UNSURE, Weight.BAD),
        (replace(WELL, zones=(ZoneSeen("bilden", 5, 4, 5, 4),)), Fault.VISITS_BREAK, Weight.ROUGH),
        (replace(WELL, lines=(), zones=()), Fault.NOBODY_SEEN, Weight.NOTE),
    ],
)
def test_each_planted_fault_of_what_is_seen_is_found_alone(
    device: DeviceFile, planted: Measurements, fault: Fault, weight: Weight
) -> None:
    assert {one: finding.weight for one, finding in found(device, planted).items()} == {fault: weight}


@pytest.mark.parametrize(
    ("line", "border", "weight"),
    [
        ([(690.0, 0.0), (690.0, 432.0)], "right", Weight.ROUGH),
        ([(730.0, 0.0), (730.0, 432.0)], "right", Weight.BAD),
        ([(50.0, 432.0), (50.0, 0.0)], "left", Weight.BAD),
        ([(0.0, 200.0), (768.0, 200.0)], "top", Weight.ROUGH),
        ([(0.0, 400.0), (768.0, 380.0)], "bottom", Weight.BAD),
    ],
)
def test_a_line_near_an_edge_is_found(
    device: DeviceFile, line: list[tuple[float, float]], border: str, weight: Weight
) -> None:
    former = device.model_copy(update={"device": device.device.model_copy(update={"counting_version": 2})})
    drawn = found(with_line(former, *line, towards=(384.0, 300.0)))
    newest = found(with_line(device, *line, towards=(384.0, 300.0)))
    assert newest == ({} if border == "bottom" else drawn)  # feet are followed beyond the lower edge
    assert set(drawn) == {Fault.LINE_NEAR_EDGE}
    finding = drawn[Fault.LINE_NEAR_EDGE]
    assert (finding.about, finding.values["border"], finding.weight) == ("bordet", border, weight)


def test_a_line_may_be_nearer_to_the_upper_edge_when_seen_from_above(device: DeviceFile) -> None:
    across = with_line(device, (0.0, 200.0), (768.0, 200.0), towards=(384.0, 300.0))
    assert found(with_source(across, anchor="centre")) == {}


def test_below_a_camera_of_known_height_a_line_is_near_an_edge_where_people_lean_out_of_the_picture(
    device: DeviceFile,
) -> None:
    """768 pixels are 3.84 m; from 3 m above, half of a body is in the picture up to 0.54 m from its sides."""
    for x, faults in (
        (170.0, {Fault.LINE_SEEN_IN_PART}),
        (160.0, {Fault.LINE_SEEN_IN_PART, Fault.LINE_NEAR_EDGE}),
        (90.0, {Fault.LINE_SEEN_IN_PART, Fault.LINE_BLIND, Fault.LINE_NEAR_EDGE}),
    ):
        drawn = with_line(device, (x, 70.0), (x, 362.0), towards=(384.0, 200.0))
        assert set(found(with_source(drawn, anchor="centre", camera_height_m=3.0))) == faults
    across = with_line(device, (170.0, 0.0), (170.0, 432.0), towards=(384.0, 200.0))
    assert Fault.LINE_NEVER_OBSERVED in found(with_source(across, anchor="centre", camera_height_m=3.0))


def test_people_who_are_small_or_not_as_configured_are_found(device: DeviceFile) -> None:
    far = with_source(device, pixels_per_metre=30.0)
    thresholds = far.model_copy(update={"zones": []})
    assert found(thresholds, replace(WELL, person_px=90.0))[Fault.PEOPLE_SMALL].weight is Weight.ROUGH
    assert found(thresholds, replace(WELL, person_px=51.0))[Fault.PEOPLE_SMALL].weight is Weight.BAD
    nobody = found(with_source(thresholds, pixels_per_metre=15.0), replace(WELL, person_px=None))
    assert nobody[Fault.PEOPLE_SMALL].values["pixels"] == pytest.approx(25.5)
    assert found(device, replace(WELL, person_px=100.0))[Fault.SCALE_OFF].values["measured"] == pytest.approx(
        58.8, 0.01
    )


def test_a_threshold_under_a_slow_walk_is_found_in_either_file(device: DeviceFile) -> None:
    way_s = np.hypot(768, 432) / PIXELS_PER_METRE / 0.7
    short = device.model_copy(update={"zones": [device.zones[0].model_copy(update={"stay_s": 6})]})
    finding = found(short)[Fault.STAY_SHORT]
    assert (finding.about, finding.values["limit"]) == ("bilden", pytest.approx(way_s))
    assert set(found(device, stays_s={"bilden": 6, "other": 1})) == {Fault.STAY_SHORT}


def test_visits_break_for_the_doctor_where_records_are_flagged(device: DeviceFile) -> None:
    """Two in ten ends of visits in the middle of a zone are no fault, more are: in both places."""
    for lost in (2, 3):
        cell = ZoneCell(entries=5, exits=12 - 5 - lost, lost=lost)
        seen = replace(WELL, zones=(ZoneSeen("bilden", cell.entries, cell.appeared, cell.exits, cell.lost),))
        assert (Fault.VISITS_BREAK in found(device, seen)) == cell.is_fragmented() == (lost == 3)


def test_what_to_expect_follows_from_what_was_seen(device: DeviceFile) -> None:
    def expect(seen: Measurements, level: Level = Level.USUAL) -> tuple[float, float] | None:
        expectation = expectation_of(device, seen, 768.0, level)
        return expectation.one_by_one if expectation else None

    assert expect(WELL) == (0.61, 1.0)
    assert expect(replace(WELL, person_px=190.0)) == (0.44, 0.97)
    assert expect(replace(WELL, person_px=190.0, frames=241)) == (0.30, 0.90)
    assert expect(WELL, Level.NONE) is None
    lines = expected(Level.USUAL, Grounds.MODEL, expectation_of(device, WELL, 768.0, Level.USUAL), Language.EN)
    assert "of 100 who pass one by one, 61 to 100 are counted" in lines[2]
    assert "platspuls calibrate" in lines[3]


def test_the_longest_way_goes_round_a_bend() -> None:
    square = [(0.0, 0.0), (3.0, 0.0), (3.0, 4.0), (0.0, 4.0)]
    assert longest_way(square) == pytest.approx(5)
    bend = [(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (1.0, 1.0), (1.0, 10.0), (0.0, 10.0)]
    assert longest_way(bend) == pytest.approx(2 * np.hypot(1, 9))


def test_people_below_a_camera_of_a_known_height_are_as_large_as_their_shoulders_are_seen(device: DeviceFile) -> None:
    """The class: a size on the floor that is taken for one at shoulders. 12 pixels a metre there are 26 at 2.6 m."""
    above = device.model_copy(update={"detector": BackgroundDetector(kind="background")})
    far = with_source(above, anchor="centre", pixels_per_metre=12.0)
    known = with_source(above, anchor="centre", pixels_per_metre=12.0, camera_height_m=2.6)
    assert Fault.PEOPLE_SMALL in found(far)
    assert Fault.PEOPLE_SMALL not in found(known)


def test_the_room_beside_a_line_is_measured_straight_off_it() -> None:
    sides = {room.border: room.units for room in rooms([(600.0, 0.0), (600.0, 432.0)], BOUNDS)}
    assert sides == {"left": 600.0, "right": 168.0}


@pytest.mark.parametrize("language", Language)
def test_every_fault_has_its_sentence(device: DeviceFile, language: Language) -> None:
    planted = replace(WELL, watched=0.5, flags={Flag.DARK: 1.0, Flag.MOVED: 1.0}, clock_known=False, frames=61)
    short = with_line(device, (730.0, 0.0), (730.0, 432.0), towards=(0.0, 0.0))
    short = short.model_copy(update={"zones": [ZoneTable(zone="bilden", polygon=device.zones[0].polygon, stay_s=2)]})
    broken = replace(planted, person_px=30.0, zones=(ZoneSeen("bilden", 1, 9, 1, 9),))
    findings_made = [*findings(short, broken, BOUNDS), Finding(Fault.NOBODY_SEEN, Weight.NOTE)]
    findings_made.append(Finding(Fault.LINE_BLIND, Weight.BAD, "bordet"))
    findings_made.append(Finding(Fault.BEAM_BLOCKED, Weight.BAD, values={"part": 0.5}))
    below = with_source(device, anchor="centre", camera_height_m=2.6, pixels_per_metre=148.0)
    for top in (0.0, 140.0):
        line = with_line(below, (384.0, top), (384.0, 432.0 - top), towards=(0.0, 0.0))
        findings_made += findings(line, WELL, BOUNDS)
    assert {finding.fault for finding in findings_made} == set(Fault) - SENSOR_FAULTS
    sentences = [sentence(finding, language) for finding in findings_made]
    assert all(len(one) > 40 and "{" not in one for one in sentences)
    assert ("0,2 m" if language is Language.SV else "0.2 m") in sentences[0] + "".join(sentences)
    lines = [*seen_lines(broken, language), *expected(level_of(findings_made), Grounds.MODEL, None, language)]
    assert all(lines)


def test_the_record_holds_numbers_and_findings_and_no_picture(device: DeviceFile) -> None:
    bad = replace(WELL, clock_known=False)
    examination = Examination(datetime(2026, 11, 22, 2, 33, tzinfo=UTC), device, bad, findings(device, bad, BOUNDS))
    path = keep(as_json(examination, "1"), examination)
    assert path.name == "doctor-tunnel-kamera-kamera-a-20261122T023300Z.json"
    assert path.parent.name == "kept"
    written = json.loads(path.read_text("utf-8"))
    assert written["expected"] == {"level": "none", "grounds": "model"}
    assert [one["fault"] for one in written["findings"]] == ["clock_unsure"]
    assert written["seen"]["rate"] == 10.0


@dataclass
class Scripted:
    """A detector that finds what the script says, picture by picture."""

    rows: dict[int, list[list[float]]] = field(default_factory=dict)
    pictures: int = 0

    def detect(self, image: Image, _at_ms: int, /) -> Boxes:
        boxes = np.array(self.rows.get(self.pictures, []), dtype=np.float32).reshape(-1, 4)
        self.pictures += 1
        return Boxes(boxes, np.ones(len(boxes), dtype=np.float32)).within(image)


def opened(device: DeviceFile, detector: Scripted) -> Input:
    assert isinstance(device.source, ClipSource)
    clip = Clip(device.source)
    view = view_of(clip.facts.size, device.source.pixels_per_metre, "feet")
    return Input(Video(clip, detector, "feet"), view=view, recorded=Recorded(clip.start_ms, clip.resume_from))


@pytest.mark.simulation
def test_a_covered_camera_is_found_by_watching(device: DeviceFile, tmp_path: Path) -> None:
    grey = with_clip(device, write_clip(tmp_path / "clip.mp4", 55, rate=5.0, size=(768, 432)))
    seen = observe(grey, opened(grey, Scripted()), SystemClock(), 10, Event())
    assert seen.span_s == 10.0
    assert {one.fault for one in findings(grey, seen, bounds_of(grey))} == {Fault.VIEW_BLOCKED, Fault.NOBODY_SEEN}


@pytest.mark.simulation
def test_the_recorded_clip_with_its_device_file_is_well(device: DeviceFile) -> None:
    """The clip's own pictures; the people in them as a model found them before."""
    good = with_clip(device, recorded(CLIP))
    detector = Scripted()
    for row in recorded("video/one-by-one__yolox-nano.txt").read_text().splitlines():
        frame, _, left, top, width, height, sure = map(float, row.split(",")[:7])
        if sure >= 0.4:
            detector.rows.setdefault(round(frame), []).append([left, top, left + width, top + height])
    seen = observe(good, opened(good, detector), SystemClock(), 22, Event())
    assert seen.rate == pytest.approx(RATE)
    assert seen.lines == (LineSeen("bordet", 1, 0),)
    assert findings(good, seen, bounds_of(good)) == []
    assert bounds_of(good) == (0.0, 0.0, *SIZE)


@dataclass(frozen=True, slots=True)
class Silent:
    """A source that ends without a frame."""

    def detections(self) -> Iterator[Detections]:
        return iter(())

    def close(self) -> None:
        pass


class Unsure(SystemClock):
    """A clock that nothing synchronises."""

    def known(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Learning:
    """A source whose detector has to look at the place for a while first."""

    def detections(self) -> Iterator[Detections]:
        for number in range(40):
            yield Detections(number * 100, np.empty((0, 2)), watched=number >= 20)

    def close(self) -> None:
        pass


def test_what_a_detector_needs_to_begin_is_no_blocked_view(device: DeviceFile) -> None:
    seen = observe(device, Input(Learning(), recorded=Recorded(0, print)), SystemClock(), None, Event())
    assert (seen.watched, seen.frames, seen.rate) == (1.0, 20, 10.0)


def test_the_clock_is_judged_where_the_source_asks_it(device: DeviceFile, tmp_path: Path) -> None:
    unsure = Unsure()
    assert observe(device, Input(Learning(), waits_for_clock=True), unsure, 60, Event()).clock_known is False
    clip = with_clip(device, write_clip(tmp_path / "clip.mp4", 4))
    assert observe(clip, Input(Learning(), recorded=Recorded(0, print)), unsure, None, Event()).clock_known is None
    assert observe(device_file(tmp_path), Input(Learning()), unsure, 60, Event()).clock_known is None


def test_a_source_that_brings_nothing_cannot_be_judged(device: DeviceFile) -> None:
    with pytest.raises(NothingSeenError, match="brought nothing to look at"):
        observe(device, Input(Silent()), SystemClock(), 5, Event())
    with pytest.raises(DeviceFileError, match="there is no such file"):
        with_clip(device, Path("no.mp4"))
