"""Device files with a clip or a camera: what is refused, with which sentence and exit code, and what is not loaded."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from counter.device_file import load
from counter.errors import DeviceFileError
from counter.service.run import fingerprint
from counter.sources.kinds import Kinds
from sim.kinds import KINDS
from tests.docs.blocks import blocks
from tests.support.counter.clips import write_clip

CLIP = """\
[device]
site = "torget"
key = "kamera"
setup = "a"

[source]
kind = "clip"
file = "clip.mp4"
start = 2026-10-05T12:00:00+02:00
pixels_per_metre = 20.0

[detector]
kind = "onnx"
weights = "w.onnx"

[[lines]]
line = "a"
points = [[32.0, 0.0], [32.0, 48.0]]
forward_towards = [60.0, 20.0]

[[zones]]
zone = "b"
polygon = [[0.0, 0.0], [64.0, 0.0], [64.0, 48.0], [0.0, 48.0]]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""
CAMERA = 'kind = "camera"\naddress = "rtsp://10.0.0.7/main"\nsize = [64, 48]\n'
CLIP_KEYS = 'kind = "clip"\nfile = "clip.mp4"\nstart = 2026-10-05T12:00:00+02:00\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_clip(tmp_path / "clip.mp4", 12)
    (tmp_path / "w.onnx").write_text("no model")
    return tmp_path


def _write(folder: Path, text: str) -> Path:
    path = folder / "device.toml"
    path.write_text(text, "utf-8")
    return path


def _sentence(folder: Path, text: str, kinds: Kinds | None = None) -> str:
    with pytest.raises(DeviceFileError) as caught:
        load(_write(folder, text), kinds)
    return str(caught.value)


def test_bands_and_margins_are_metres_turned_into_pixels(folder: Path) -> None:
    device = load(_write(folder, CLIP))
    assert device.units_per_metre == 20
    assert device.lines[0].geometry(device.units_per_metre).band == pytest.approx(6)
    assert device.zones[0].geometry(device.units_per_metre).margin == pytest.approx(6)
    drawn = CLIP.replace('line = "a"', 'line = "a"\nband = 11.0').replace('zone = "b"', 'zone = "b"\nmargin = 12.0')
    device = load(_write(folder, drawn))
    assert device.lines[0].geometry(device.units_per_metre).band == 11
    assert device.zones[0].geometry(device.units_per_metre).margin == 12


def test_all_that_is_wrong_with_a_clip_is_reported_at_once(folder: Path) -> None:
    text = CLIP
    for right, wrong in (
        ('"clip.mp4"', '"nowhere.mp4"'),
        ("+02:00", ""),
        ("pixels_per_metre = 20.0", "pixels_per_metre = 0.0\nanchor = 'head'\nworld = 'world.toml'"),
        ('weights = "w.onnx"', 'weights = "none.onnx"\nconfidence = 1.5\nimage_size = 100'),
    ):
        text = text.replace(right, wrong)
    said = _sentence(folder, text)
    for part in (
        "source.file = ",
        "there is no such file: ",
        "source.start = ",
        "source.pixels_per_metre = 0.0",
        "source.anchor = 'head'",
        "source.world = 'world.toml': unknown key",
        "detector.weights = ",
        "detector.confidence = 1.5",
        "detector.image_size = 100",
    ):
        assert part in said


def test_a_picture_needs_a_detector_and_a_simulation_none(folder: Path) -> None:
    detector = CLIP[CLIP.index("[detector]") : CLIP.index("[[lines]]")]
    assert "a [detector] table is missing: a clip needs one" in _sentence(folder, CLIP.replace(detector, ""))
    simulated = 'kind = "simulated"\nworld = "world.toml"\nseed = 7\nview = [0.0, 0.0, 64.0, 48.0]\n'
    text = CLIP.replace(CLIP_KEYS, simulated).replace("pixels_per_metre = 20.0\n", "")
    assert "a source of kind simulated has no pictures: it needs no [detector] table" in _sentence(folder, text, KINDS)


def test_an_unknown_kind_is_reported_with_those_that_there_are(folder: Path) -> None:
    said = _sentence(folder, CLIP.replace('kind = "clip"', 'kind = "film"'))
    assert "'clip', 'camera', 'beams', 'tof', 'thermal'" in said


def test_a_margin_that_leaves_no_inside_is_refused_in_pixels(folder: Path) -> None:
    said = _sentence(folder, CLIP.replace("pixels_per_metre = 20.0", "pixels_per_metre = 100.0"))
    assert "zone b: margin 30.0 leaves no inside" in said


def test_a_camera_and_its_password_belong_together(folder: Path) -> None:
    (folder / "password").write_text("geheim")
    camera = CLIP.replace(CLIP_KEYS, CAMERA)
    assert load(_write(folder, camera)).source.kind == "camera"
    half = camera.replace("size =", 'password_file = "password"\nsize =')
    assert "password_file and {password} in the address belong together" in _sentence(folder, half)
    whole = half.replace("rtsp://", "rtsp://cam:{password}@")
    assert load(_write(folder, whole)).source.kind == "camera"


def test_a_camera_s_height_is_for_one_that_looks_straight_down_and_changes_no_other_checkpoint(folder: Path) -> None:
    tall = CLIP.replace("pixels_per_metre = 20.0", "pixels_per_metre = 20.0\ncamera_height_m = 2.9")
    assert "camera_height_m is for a camera that looks straight down: anchor = 'centre'" in _sentence(folder, tall)
    aslant, above, known = (
        fingerprint(load(_write(folder, text)))
        for text in (
            CLIP,
            CLIP.replace("pixels_per_metre = 20.0", 'pixels_per_metre = 20.0\nanchor = "centre"'),
            tall.replace("pixels_per_metre", 'anchor = "centre"\npixels_per_metre'),
        )
    )
    assert len({aslant, above, known}) == 3


def _as_it_is(_: Path) -> None:
    """Change nothing: the weights are no model."""


def _no_video(folder: Path) -> None:
    (folder / "clip.mp4").write_text("no video")


def _one_frame(folder: Path) -> None:
    write_clip(folder / "clip.mp4", 1)


def _aslant(folder: Path) -> None:
    detector = CLIP[CLIP.index("[detector]") : CLIP.index("[[lines]]")]
    _write(folder, CLIP.replace(detector, '[detector]\nkind = "background"\n\n'))


def _known_by_a_model(folder: Path) -> None:
    _write(folder, CLIP.replace("pixels_per_metre", 'anchor = "centre"\ncamera_height_m = 2.9\npixels_per_metre'))


REFUSED: Mapping[Callable[[Path], None], str] = {
    _as_it_is: "w.onnx can't be read as an ONNX model",
    _no_video: "clip.mp4 is not a video that can be read",
    _one_frame: "clip.mp4 is a single frame",
    _aslant: "source.anchor = 'feet', but detector.kind = 'background' is for cameras that look straight down",
    _known_by_a_model: "source.camera_height_m = 2.9 is for detector.kind = 'background'",
}
_PROGRAMS = """
import os, sys
from platspuls.cli.main import main
for folder in sys.argv[1:]:
    os.dup2(os.open(folder + "/said", os.O_CREAT | os.O_WRONLY), 2)
    try:
        main(["counter", "run", folder + "/device.toml"])
    except SystemExit as end:
        print(end.code)
"""


@pytest.mark.chain
def test_the_program_ends_with_2_and_says_why(tmp_path: Path) -> None:
    """Each fault is run into by the command itself, one after another in one process: loading it takes longest."""
    folders = [tmp_path / change.__name__ for change in REFUSED]
    for folder, change in zip(folders, REFUSED, strict=True):
        folder.mkdir()
        write_clip(folder / "clip.mp4", 12)
        (folder / "w.onnx").write_text("no model")
        _write(folder, CLIP)
        change(folder)
    words = [sys.executable, "-c", _PROGRAMS, *map(str, folders)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["2"] * len(folders)
    for folder, sentence in zip(folders, REFUSED.values(), strict=True):
        said = (folder / "said").read_text("utf-8")
        assert sentence in said
        assert "Traceback" not in said
        assert not (folder / "outbox.sqlite3").exists()


@pytest.mark.chain
def test_a_device_without_pictures_loads_nothing_that_knows_them() -> None:
    code = (
        "import sys, counter.service.run; print(sorted({'cv2', 'onnxruntime', 'openvino', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_examples_of_the_page_are_right(tmp_path: Path) -> None:
    clip, camera, above = blocks("docs/detectors.md", "toml")
    for name in ("one-by-one-person-detection.mp4", "yolox_nano.onnx", "kamera-password"):
        (tmp_path / name).touch()
    assert load(_write(tmp_path, clip)).source.kind == "clip"
    live = clip[: clip.index("[source]")] + camera + clip[clip.index("[detector]") :]
    assert load(_write(tmp_path, live)).source.kind == "camera"
    down = load(_write(tmp_path, clip[: clip.index("[source]")] + above + clip[clip.index("[[lines]]") :]))
    assert down.detector is not None
    assert down.detector.kind == "background"
