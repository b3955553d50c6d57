"""Time at a border of the picture is observed only where people are found on both sides of a line.

The class of fault: a line lies where nobody is found, nobody is counted, and zero people are claimed. At the upper
border feet are seen while the bodies above them are cut off. Constants were chosen with other seeds than those of the
worlds here; `python -m bench.borders` plays all borders.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.borders import played
from counter.counting.walks import over_line, through_zone
from counter.geometry import LineGeometry, View, ZoneGeometry
from counter.sources.video.picture_edges import view_of
from tests.support.counter.perspective_worlds import SIZE, PerspectiveWorld

WIDTH, HEIGHT = map(float, SIZE)
scales = st.floats(30, 200)


def line_at(scale: float, *points: tuple[float, float]) -> LineGeometry:
    return LineGeometry("bordet", points, (WIDTH / 2 + 7, HEIGHT / 2 + 11), 0.3 * scale)


def is_observed(line: LineGeometry, view: View, scale: float) -> bool:
    """Return whether any time of a line is observed, however many frames come."""
    return all(walk.before_ms and walk.after_ms for walk in over_line(line, view, scale))


@given(scales, st.floats(0.02, 0.84), st.floats(-0.05, 0.05))
def test_along_the_upper_border_nobody_is_found_by_their_feet(scale: float, off_m: float, tilt: float) -> None:
    off, rise = off_m * scale, tilt * off_m * scale
    line = line_at(scale, (0.0, off - rise), (WIDTH, off + rise))
    view = view_of(SIZE, scale, "feet", whole_bodies=True)
    assert is_observed(line, view, scale) == (off_m > 0.85 * 0.99)
    assert is_observed(line, view_of(SIZE, scale, "feet"), scale) == (off + min(-rise, rise) * 0.8 > 0.15 * scale)
    assert is_observed(line, view_of(SIZE, scale, "centre", whole_bodies=True), scale) or off_m < 0.16


@given(scales, st.floats(0.3, 0.7), st.floats(-0.1, 0.1))
def test_a_line_that_leads_up_to_the_border_is_observed_by_what_is_below(scale: float, at: float, lean: float) -> None:
    """What lies above on its way is wall as often as floor."""
    line = line_at(scale, (at * WIDTH, 0.0), ((at + lean) * WIDTH, HEIGHT))
    assert is_observed(line, view_of(SIZE, scale, "feet", whole_bodies=True), scale)


@given(scales, st.sampled_from(["left", "right"]), st.floats(0.0, 0.14))
def test_beside_a_side_no_time_is_observed(scale: float, side: str, off_m: float) -> None:
    x = off_m * scale if side == "left" else WIDTH - off_m * scale
    for whole in (False, True):
        view = view_of(SIZE, scale, "feet", whole_bodies=whole)
        assert not is_observed(line_at(scale, (x, 0.0), (x, HEIGHT)), view, scale)


def test_who_comes_from_above_is_seen_in_a_zone_from_where_feet_are_found() -> None:
    """Straight down the way is shortest. The zone ends above the lower border, beyond which feet are followed."""
    high = HEIGHT - 100.0
    zone = ZoneGeometry("golvet", ((0.0, 0.0), (WIDTH, 0.0), (WIDTH, high), (0.0, high)), 60, 30.0)
    deep = [
        min(way.within[0][0][1] for way in through_zone(zone, view_of(SIZE, 100.0, "feet", whole_bodies=whole), 100.0))
        for whole in (False, True)
    ]
    assert deep[0] - deep[1] == pytest.approx(0.85 / 2 * 1000, abs=160)  # ms at 2 m/s, and the margin above it
    strip = ZoneGeometry("remsan", ((0.0, 0.0), (WIDTH, 0.0), (WIDTH, 80.0), (0.0, 80.0)), 60, 10.0)
    (way,) = through_zone(strip, view_of(SIZE, 100.0, "feet", whole_bodies=True), 100.0)
    assert (way.before_ms, way.after_ms) == (0, 0)


def zone_of(*corners: tuple[float, float]) -> ZoneGeometry:
    return ZoneGeometry("golvet", corners, 60, 30.0)


def whole_picture(width: float, height: float) -> ZoneGeometry:
    return zone_of((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))


def shortest_walk_ms(zone: ZoneGeometry, size: tuple[int, int], scale: float) -> int:
    """Return how long the quickest are seen on the way through a zone on which they are seen for the shortest time."""
    return min(way.after_ms for way in through_zone(zone, view_of(size, scale, "feet", whole_bodies=True), scale))


@given(st.floats(80, 240), st.floats(1.2, 2.0))
def test_a_zone_over_all_of_the_picture_keeps_its_time_where_most_of_it_is_seen(scale: float, sides: float) -> None:
    """The class: a zone leads up over walls, and loses the time in which all people on its floor are found.

    Whoever comes over the lower border is followed from where their body is cut by it on (0.85 m), and is in the zone.
    """
    height = 432.0
    off_m = height / scale - 0.85  # of the floor's depth
    if off_m > 0.9:
        walk_ms = shortest_walk_ms(whole_picture(height * sides, height), (round(height * sides), 432), scale)
        assert walk_ms >= min(off_m + 0.85, height / scale) / 2 * 1000 * 0.93


def test_a_zone_is_judged_by_the_part_of_it_where_people_are_found() -> None:
    """Its deepest place may lie above where feet are found, while most of it lies below."""
    bulge = ((280.0, 10.0), (440.0, 10.0), (440.0, 120.0), (720.0, 120.0), (720.0, 220.0), (0.0, 220.0), (0.0, 120.0))
    assert shortest_walk_ms(zone_of(*bulge, (280.0, 120.0)), (1280, 720), 100.0) > 0
    assert shortest_walk_ms(whole_picture(1280.0, 160.0), (1280, 720), 100.0) == 0


@given(st.floats(2.4, 6.0), scales, st.sampled_from([0, 1]), st.floats(0.0, 1.0))
def test_below_a_camera_of_known_height_half_a_body_must_be_in_the_picture(
    height_m: float, scale: float, axis: int, part: float
) -> None:
    """Who stands far from the camera's foot leans out of the picture: at its border only their legs are seen.

    The line ends where that is so along it, too: beyond, it isn't observed at all.
    """
    sides = WIDTH, HEIGHT
    at = part * sides[axis] / 2
    low, high = (sides[1 - axis] / 2 * (1 + side * (height_m - 0.85) / height_m) for side in (-1, 1))
    ends = ((at, low), (at, high)) if axis == 0 else ((low, at), (high, at))
    view = view_of(SIZE, scale, "centre", height_m, whole_bodies=True)
    reach = sides[axis] / 2 * (height_m - 0.85) / height_m
    observed = is_observed(line_at(scale, *ends), view, scale)
    assert observed == (sides[axis] / 2 - at < reach) or abs(sides[axis] / 2 - at - reach) < 0.01 * scale


@pytest.mark.simulation
def test_who_walks_at_the_upper_border_in_observed_time_is_counted() -> None:
    """Half of the time 20 pixels from it was observed, in which everybody was missed."""
    walked, missed = 0.0, 0.0
    for seed, off in ((2011, 20.0), (2012, 60.0), (2013, 60.0)):
        world = PerspectiveWorld.drawn(seed, 6, steep=True)
        got = played(world, "top", off, 100, whole=True)
        people = sum(world.truth(world.line("top", off), unseen=True))
        assert people >= 2
        walked += got.observed * people
        missed += got.observed * max(people - sum(got.net), 0)
    assert missed <= 0.15 * walked
