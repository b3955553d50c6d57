"""From a model's numbers to boxes around people, and from a wrong file to a sentence that says what is wrong."""

import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from counter.detectors.boxes import Boxes
from counter.detectors.letterbox import GREY, lay_centred, lay_top_left
from counter.detectors.model_families import Exported, Finished, ModelFacts, Yolox, recognise
from counter.detectors.model_metadata import names_of, task_and_names
from counter.detectors.open_detector import open_detector
from counter.detectors.runtime_detector import input_size
from counter.detectors.settings import DetectorTable, OnnxDetector, OpenVinoDetector, UltralyticsDetector
from counter.errors import DetectorError
from counter.sources.video.source import anchors
from tests.support.data import CLIP, YOLOX_NANO, recorded
from tests.support.servers import need_library

COCO = {0: "person", 1: "bicycle"} | {number: f"thing {number}" for number in range(2, 80)}
SIDE = 96
CELLS = 144 + 36 + 9
"""Cells of a model that takes 96 x 96 pixels."""


def _boxes(*rows: tuple[float, ...]) -> Boxes:
    """Make boxes of rows of corners and confidence."""
    table = np.array(rows, dtype=np.float32).reshape(-1, 5)
    return Boxes(table[:, :4], table[:, 4])


def _empty(rows: int, columns: int) -> NDArray[np.float32]:
    return np.zeros((1, rows, columns), dtype=np.float32)


# Boxes ----------------------------------------------------------------------------------------------------------


def test_of_boxes_around_one_person_the_surest_is_kept() -> None:
    found = _boxes((0, 0, 10, 20, 0.5), (1, 0, 11, 20, 0.9), (30, 0, 40, 20, 0.6), (31, 1, 41, 21, 0.3))
    best = found.best(0.5)
    assert best.confidence.tolist() == pytest.approx([0.9, 0.6])
    assert best.xyxy.tolist() == [[1, 0, 11, 20], [30, 0, 40, 20]]
    assert len(found.best(0.99).confidence) == 4
    assert len(Boxes.none().best(0.5).confidence) == 0


def test_boxes_are_cut_at_the_borders_of_the_picture() -> None:
    picture = np.zeros((48, 64, 3), dtype=np.uint8)
    cut = _boxes((-5, -5, 10, 60, 0.5), (70, 0, 80, 10, 0.9), (5, 5, 5, 9, 0.9)).within(picture)
    assert cut.xyxy.tolist() == [[0, 0, 10, 48]]


def test_people_stand_at_their_feet_or_under_their_centre() -> None:
    found = _boxes((0, 0, 10, 20, 0.5))
    assert anchors(found.xyxy.astype(np.float64), "feet").tolist() == [[5, 20]]
    assert anchors(found.xyxy.astype(np.float64), "centre").tolist() == [[5, 10]]
    assert anchors(np.empty((0, 4)), "feet").shape == (0, 2)


# Letterboxes ----------------------------------------------------------------------------------------------------


def test_a_picture_is_laid_into_the_middle_or_the_corner_and_boxes_find_back() -> None:
    image = np.full((50, 100, 3), 7, dtype=np.uint8)
    for lay, top in ((lay_centred, 16), (lay_top_left, 0)):
        laid = lay(image, 64, 64)
        assert laid.canvas.shape == (64, 64, 3)
        assert (laid.scale, laid.left, laid.top) == (0.64, 0, top)
        assert (laid.canvas[top : top + 32] == 7).all()
        assert (laid.canvas == GREY).sum() == 32 * 64 * 3
        back = laid.back(np.array([[0, top, 64, top + 32]], dtype=np.float32))
        assert back.tolist() == [[0, 0, 100, 50]]


def test_a_picture_of_the_right_size_is_laid_as_it_is() -> None:
    image = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    assert (lay_centred(image, 64, 64).canvas == image).all()


# Families -------------------------------------------------------------------------------------------------------


def test_raw_numbers_of_yolox_become_boxes() -> None:
    rows = _empty(CELLS, 85)
    cell = 144 + 2 * 6 + 3  # of the grid with 16 pixels a cell: third row, fourth column
    rows[0, cell, :6] = (0.5, 0.25, np.log(2), np.log(3), 0.9, 0.8)
    rows[0, 0, :7] = (0, 0, 0, 0, 0.9, 0.5, 0.8)  # rather a bicycle
    rows[0, 1, :6] = (0, 0, 0, 0, 0.5, 0.5)  # not sure enough
    found = Yolox(SIDE, SIDE, 0).boxes(rows, 0.4)
    assert found.confidence.tolist() == pytest.approx([0.72])
    assert found.xyxy.tolist() == [pytest.approx([56 - 16, 36 - 24, 56 + 16, 36 + 24])]


def test_columns_of_an_exported_model_become_boxes() -> None:
    rows = _empty(84, CELLS)
    rows[0, :5, 5] = (30, 20, 10, 20, 0.7)
    rows[0, :5, 6] = (31, 20, 10, 20, 0.6)  # the same person
    rows[0, [0, 1, 2, 3, 4, 20], 7] = (50, 20, 10, 20, 0.5, 0.6)  # rather something else
    found = Exported(SIDE, SIDE, 0).boxes(rows, 0.4)
    assert found.confidence.tolist() == pytest.approx([0.7])
    assert found.xyxy.tolist() == [[25, 10, 35, 30]]


def test_finished_boxes_are_taken_as_they_are() -> None:
    rows = _empty(300, 6)
    rows[0, :3] = [(1, 2, 3, 4, 0.9, 0), (1, 2, 3, 4, 0.9, 1), (1, 2, 3, 4, 0.3, 0)]
    assert Finished(SIDE, SIDE, 0).boxes(rows, 0.4).xyxy.tolist() == [[1, 2, 3, 4]]


def test_pictures_are_given_as_each_family_was_trained() -> None:
    image = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    image[...] = (255, 0, 51)
    for family, pixel in ((Yolox(SIDE, SIDE, 0), (255, 0, 51)), (Exported(SIDE, SIDE, 0), (0.2, 0, 1))):
        blob = family.blob(family.lay(image))
        assert blob.shape == (1, 3, SIDE, SIDE)
        assert blob.dtype == np.float32
        assert blob[0, :, 5, 5].tolist() == pytest.approx(pixel)


@pytest.mark.parametrize(
    ("outputs", "names", "family"),
    [
        ([(1, CELLS, 85)], {}, Yolox),
        ([(1, CELLS, 6)], {}, Yolox),
        ([(1, 84, CELLS)], COCO, Exported),
        ([(1, 84, CELLS)], {}, Exported),
        ([(1, 5, CELLS)], {0: "Person"}, Exported),
        ([(1, 300, 6)], COCO, Finished),
    ],
)
def test_a_family_is_known_by_its_shapes(outputs: list[tuple[int, ...]], names: dict[int, str], family: type) -> None:
    assert isinstance(recognise(ModelFacts("w", SIDE, SIDE, outputs, names, "detect" if names else "")), family)


def test_people_need_not_be_the_first_class() -> None:
    known = recognise(ModelFacts("w", SIDE, SIDE, [(1, 6, CELLS)], {0: "dog", 1: "person"}))
    assert isinstance(known, Exported)
    assert known.person == 1


@pytest.mark.parametrize(
    ("outputs", "names", "task", "sentence"),
    [
        ([(1, 116, CELLS), (1, 32, 16, 16)], COCO, "segment", "w was trained for 'segment'; .* task 'detect'"),
        ([(1, 1000)], {}, "classify", "w was trained for 'classify'"),
        ([(1, 116, CELLS), (1, 32, 16, 16)], COCO, "", "w is not a known model: it takes 96 x 96"),
        ([(1, 1000)], {}, "", r"returns \(1, 1000\)"),
        ([(1, 56, CELLS)], {0: "person"}, "", "has 52 scores a box and names 1 classes"),
        ([(1, 24, CELLS)], {}, "", "has 20 scores a box and names 0 classes"),
        (
            [(1, 6, CELLS)],
            {0: "dog", 1: "cat"},
            "detect",
            "finds no people: none of its 2 classes is named 'person'",
        ),
        ([(1, 84, 77)], COCO, "detect", "is not a known model"),
        ([(1, 300, 6)], {}, "", "is not a known model"),
        ([], {}, "", "is not a known model"),
    ],
)
def test_what_counts_no_people_is_refused(
    outputs: list[tuple[int, ...]], names: dict[int, str], task: str, sentence: str
) -> None:
    with pytest.raises(DetectorError, match=sentence):
        recognise(ModelFacts("w", SIDE, SIDE, outputs, names, task))


def test_the_size_of_the_input_is_the_models_own_where_it_has_one() -> None:
    assert input_size("w", (416, 416), None) == (416, 416)
    assert input_size("w", (416, 416), 416) == (416, 416)
    assert input_size("w", (0, 0), None) == (640, 640)
    assert input_size("w", (0, 320), 480) == (480, 320)
    with pytest.raises(DetectorError, match="image_size = 640, but w takes 416 x 384 pixels and nothing else"):
        input_size("w", (384, 416), 640)


def test_task_and_names_are_read_from_what_an_export_leaves(tmp_path: Path) -> None:
    path = tmp_path / "metadata.yaml"
    path.write_text(
        "stride: 32\ntask: detect\nimgsz:\n- 640\nnames:\n  0: person\n  1: 'traffic light'\nargs:\n  2: x\n"
    )
    assert task_and_names(path) == ("detect", {0: "person", 1: "traffic light"})
    assert task_and_names(tmp_path / "none.yaml") == ("", {})
    assert names_of({"names": "{0: 'person', 1: 'dog'}"}) == {0: "person", 1: "dog"}
    for broken in ("", "[1]", "{0: ", "__import__('os')", "{'a': 1}"):
        assert names_of({"names": broken}) == {}


# Libraries ------------------------------------------------------------------------------------------------------


def _tables(weights: Path) -> list[DetectorTable]:
    return [
        OnnxDetector(kind="onnx", weights=weights),
        OpenVinoDetector(kind="openvino", weights=weights),
        UltralyticsDetector(kind="ultralytics", weights=weights),
    ]


@pytest.mark.parametrize(("place", "library"), list(enumerate(["onnxruntime", "openvino", "ultralytics"])))
def test_a_library_that_is_not_installed_is_named_with_its_extra(
    place: int, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w.onnx").touch()
    table = _tables(tmp_path / "w.onnx")[place]
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        DetectorError, match=rf"{library}, which is not installed: pip install 'platspuls\[{table.kind}\]'"
    ):
        open_detector(table)


@pytest.mark.full
def test_a_file_that_is_no_onnx_model_is_refused(tmp_path: Path) -> None:
    need_library("onnxruntime")
    path = tmp_path / "w.onnx"
    for content in (b"", b"no model", bytes(range(256)) * 40):
        path.write_bytes(content)
        with pytest.raises(DetectorError, match=r"w\.onnx can't be read as an ONNX model: "):
            open_detector(OnnxDetector(kind="onnx", weights=path))


@pytest.mark.full
def test_yolox_finds_the_one_person_in_a_picture() -> None:
    need_library("onnxruntime")
    detector = open_detector(OnnxDetector(kind="onnx", weights=recorded(YOLOX_NANO)))
    clip = cv2.VideoCapture(str(recorded(CLIP)))
    clip.set(cv2.CAP_PROP_POS_FRAMES, 130)
    there, image = clip.read()
    assert there
    found = detector.detect(np.asarray(image, dtype=np.uint8), 0)
    assert found.xyxy.dtype == found.confidence.dtype == np.float32
    assert found.xyxy.tolist() == [pytest.approx([383, 14, 519, 402], abs=6)]
    assert detector.detect(np.zeros((48, 64, 3), dtype=np.uint8), 0).xyxy.shape == (0, 4)


@pytest.mark.full
def test_no_thread_works_between_two_pictures() -> None:
    """Threads that wait by spinning cost as much as those that multiply.

    What counts is whether this process works at all in a pause, not how quick it is: one thread that spins takes all of
    the pause, so a quarter of it tells the two apart on any machine.
    """
    need_library("onnxruntime")
    detector = open_detector(OnnxDetector(kind="onnx", weights=recorded(YOLOX_NANO), threads=2))
    blank = np.zeros((48, 64, 3), dtype=np.uint8)
    idle_s = 0.0
    for _ in range(5):
        detector.detect(blank, 0)
        began_s = time.process_time()
        time.sleep(0.02)  # a camera's pause
        idle_s += time.process_time() - began_s
    assert idle_s < 0.025
