"""What the set-up page says of a line while it is drawn is what `counter check` says once it is saved.

The class of fault: a line is drawn where people can't be seen to pass it, and nobody says so before nothing was
counted.
"""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.texts.catalog import Language
from counter.device_file import load
from counter.diagnostics.doctor.line_sights import line_sights
from counter.diagnostics.doctor.observe import bounds_of
from counter.diagnostics.doctor.words import sight_lines
from platspuls.setup.config_pair import ConfigPair
from platspuls.setup.drawing import Drawing
from platspuls.setup.files import PictureFiles
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.panels import drawing_panel
from platspuls.setup.server import Desk
from tests.platspuls.place import LINE, write_place
from tests.platspuls.test_setup import CODE, running
from tests.support.counter.clips import write_clip
from tests.support.properties import examples

SIZE = (768, 432)
NOW = datetime(2026, 11, 22, 2, 33, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> PictureFiles:
    folder = tmp_path_factory.mktemp("drawn")
    return PictureFiles(
        ConfigPair(*write_place(folder, write_clip(folder / "clip.mp4", 4, size=SIZE))), SIZE, lambda: NOW
    )


def drawing(*points: tuple[float, float], towards: tuple[float, float] = (384, 216), **more: object) -> Drawing:
    line = {"line": "stationen", "points": points, "forward_towards": towards}
    return Drawing.model_validate({"lines": [line], "zones": [], **more})


places = st.tuples(st.integers(0, SIZE[0]), st.integers(0, SIZE[1]))


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(places, places, places, st.sampled_from([None, 60.0, 200.0]))
def test_what_is_said_while_drawing_is_the_judgement_of_the_saved_file(
    files: PictureFiles, one: tuple[int, int], other: tuple[int, int], towards: tuple[int, int], scale: float | None
) -> None:
    ruler = None if scale is None else {"pixels": scale, "metres": 1.0}
    drawn = drawing(one, other, towards=towards, ruler=ruler)
    sights = files.sights(drawn)
    if not sights:
        way, gap = np.subtract(other, one), np.subtract(towards, one)
        assert way[0] * gap[1] == way[1] * gap[0]  # forward isn't on either side of it
        return
    files.save(drawn)
    device = load(files.pair.device)
    bounds = bounds_of(device)
    assert bounds
    (sight,) = line_sights(device, bounds)
    for language in Language:
        assert sights["stationen"][language] == sight_lines(sight, language)


def test_a_line_where_nobody_is_found_on_one_side_is_bad_in_both_languages(files: PictureFiles) -> None:
    said = files.sights(drawing((760, 0), (760, 432)))["stationen"]
    assert said["weight"] == "bad"
    assert "nobody is found" in said["en"][0]
    assert "hittas ingen" in said["sv"][0]


def test_a_good_line_says_how_far_people_are_followed_on_either_side_of_it(files: PictureFiles) -> None:
    """By the scale in use: that of the file, or that of a ruler which isn't saved yet."""
    ruler = {"pixels": 100, "metres": 1}
    said = [
        files.sights(drawing((300, 0), (300, 432), towards=towards, ruler=ruler))["stationen"]
        for towards in ((600, 200), (100, 200))
    ]
    assert said[0]["weight"] == said[1]["weight"] == "good"
    assert said[0]["en"] == [
        "People are seen 2.7 m before this line and 4.4 m after it, in the direction of the arrow."
    ]
    assert said[1]["sv"] == ["Folk syns 4,4 m före linjen och 2,7 m efter den, i pilens riktning."]


def test_nothing_is_written_by_asking(files: PictureFiles) -> None:
    before = [path.read_bytes() for path in (files.pair.device, files.pair.site)]
    assert json.dumps(files.sights(drawing((5, 0), (5, 432))))
    assert files.sights(Drawing(lines=[], zones=[])) == {}
    assert [path.read_bytes() for path in (files.pair.device, files.pair.site)] == before


def test_the_band_of_the_file_counts(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 4, size=SIZE)
    for band, weight in ((40, "good"), (190, "rough")):
        table = LINE.replace("band = 40.0", f"band = {band}.0")
        pair = ConfigPair(*write_place(tmp_path, clip, line=table))
        said = PictureFiles(pair, SIZE, lambda: NOW).sights(drawing((530, 0), (530, 432)))
        assert said["stationen"]["weight"] == weight


def test_the_page_asks_after_its_code_and_nonsense_is_refused(files: PictureFiles) -> None:
    desk = Desk(OneTimeCode(CODE, time.monotonic), drawing_panel(files, b"a picture", SIZE))
    body = drawing((300, 0), (300, 432)).model_dump_json().encode()
    with running(desk) as reader:
        assert reader.ask("POST", "/sights", body)[0] == 403
        reader.type_code(CODE)
        status, said, _ = reader.ask("POST", "/sights", body)
        assert (status, list(json.loads(said)["stationen"])) == (200, ["weight", "sv", "en"])
        assert reader.ask("POST", "/sights", b'{"lines": 1}')[0] == 422
