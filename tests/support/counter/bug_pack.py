"""Other people's counting bugs, drawn with one or two people at 10 frames a second in pixels: what a line counts."""

from dataclasses import dataclass

from counter.geometry import LineGeometry
from tests.support.counter.tracks import Path, stand, swing, unseen, walk

LEFT, RIGHT, ON = (20.0, 240.0), (620.0, 240.0), (320.0, 240.0)
TO_LINE, ONWARD = walk(LEFT, ON), walk(ON, RIGHT)
EDGE = LineGeometry("edge", ((12.0, 0.0), (12.0, 480.0)), (640.0, 240.0), band=20.0)


@dataclass(frozen=True, slots=True)
class Case:
    """What is walked, and the net crossings of the line: forward, backward."""

    name: str
    paths: list[Path]
    net: tuple[int, int]
    line: LineGeometry | None = None


def _holes(path: Path, first: int, last: int) -> Path:
    """Leave frames first..last unseen."""
    return [None if first <= place <= last else point for place, point in enumerate(path)]


def _shifted(path: Path, from_x: float, by: tuple[float, float]) -> Path:
    """Let the detections jump once the person is past `from_x`."""
    return [point and ((point[0] + by[0], point[1] + by[1]) if point[0] > from_x else point) for point in path]


def _wrong(path: Path, frame: int, dx: float) -> Path:
    """See the person `dx` units away in one frame."""
    return [point and (point[0] + dx * (place == frame), point[1]) for place, point in enumerate(path)]


def beside(path: Path, dy: float) -> Path:
    """Walk the same way `dy` units aside."""
    return [point and (point[0], point[1] + dy) for point in path]


def _at_line(path: Path) -> int:
    return next(place for place, point in enumerate(path) if point and point[0] >= ON[0])


THROUGH = walk(LEFT, RIGHT)
BACK = beside(walk(RIGHT, LEFT), 6.0)
MEET = _at_line(THROUGH)

SWAYING = TO_LINE + swing(ON, 20, reach=8, period_s=0.8)
FAR = (390.0, 240.0)

CASES = [
    Case("walk through", [THROUGH], (1, 0)),
    Case("walk through, the other way", [THROUGH[::-1]], (0, 1)),
    Case("sway +-8 px on the line for 20 s, then go on", [SWAYING + ONWARD], (1, 0)),
    Case("sway +-8 px on the line for 20 s, then go back", [SWAYING + TO_LINE[::-1]], (0, 0)),
    *(
        Case(
            f"pace +-60 px across the line for 30 s, {period_s} s a turn, then go on",
            [TO_LINE + swing(ON, 30, reach=60, period_s=period_s) + ONWARD],
            (1, 0),
        )
        for period_s in (3.0, 5.0, 6.0, 7.5)
    ),
    Case("step over and turn back", [walk(LEFT, (350.0, 240.0), LEFT)], (0, 0)),
    Case("go a metre over, wait, turn back", [walk(LEFT, FAR) + stand(FAR, 1) + walk(FAR, LEFT)], (0, 0)),
    Case("not seen in the two frames either side of the line", [_holes(THROUGH, MEET - 1, MEET)], (1, 0)),
    Case("not seen for 1.5 s around the line", [_holes(THROUGH, MEET - 8, MEET + 6)], (1, 0)),
    Case("the detection jumps by half a metre at the line", [_shifted(THROUGH, 318, (10.0, 30.0))], (1, 0)),
    Case(
        "lost before the line, found a second later half a metre aside",
        [_holes(_shifted(THROUGH, 318, (5.0, 30.0)), MEET - 4, MEET + 5)],
        (1, 0),
    ),
    Case("crossing in the last moving frame, then 60 s of nobody", [walk(LEFT, (326.0, 240.0)) + unseen(60)], (1, 0)),
    Case("crossing back in the last moving frame", [walk(RIGHT, (314.0, 240.0)) + unseen(60)], (0, 1)),
    Case("line close to the edge, coming in", [walk((2.0, 240.0), RIGHT)], (1, 0), EDGE),
    Case("line close to the edge, going out", [walk(RIGHT, (2.0, 240.0)) + unseen(10)], (0, 1), EDGE),
    Case("two side by side", [THROUGH, beside(THROUGH, 45.0)], (2, 0)),
    Case("two side by side, one a step behind", [THROUGH, unseen(0.4) + beside(THROUGH, 30.0)], (2, 0)),
    Case("two meeting on the line", [THROUGH, BACK], (1, 1)),
    Case("two meeting on the line, in each other's very way", [THROUGH, THROUGH[::-1]], (1, 1)),
    Case("two meeting, one hidden by the other", [THROUGH, _holes(BACK, MEET - 5, MEET + 5)], (1, 1)),
    Case("a plant at the line is always taken for a person", [THROUGH, stand((344.0, 246.0), 9, sway=3)], (1, 0)),
    Case("a reflection at the line, now and again", [THROUGH, [(344.0, 234.0), *unseen(0.2)] * 25], (1, 0)),
    Case("a wrong detection over the line while the person is missed", [_wrong(THROUGH, MEET - 4, 22.0)], (1, 0)),
    Case("the same of someone who turns back", [_wrong(walk(LEFT, (290.0, 240.0), LEFT), MEET - 4, 22.0)], (0, 0)),
]
