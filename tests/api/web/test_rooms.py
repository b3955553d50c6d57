"""Rooms and doors, laid out for any graph of spaces: nothing overlaps, each border is one door, names stay inside."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from api.tables.places import Border, Name, Space
from api.web.live.rooms import LEFT, RIGHT, WIDTH, Names, Plan, plan
from tests.support.properties import examples

LONG = "Gångtunneln mellan pendeltågsstationen och Haninge centrum, norra delen vid konstverket"


def space(key: str) -> Space:
    return Space(space=key, name=Name(sv=key, en=key))


def border(key: str, ends: tuple[str | None, str | None]) -> Border:
    return Border(border=key, name=Name(sv=key, en=key), from_space=ends[0], to_space=ends[1])


def drawn(spaces: list[str], ends: list[tuple[str | None, str | None]], name: str = "") -> Plan:
    borders = [border(f"b{number}", pair) for number, pair in enumerate(ends)]
    names = Names({key: name or key for key in spaces}, {one.border: name or one.border for one in borders})
    return plan([space(key) for key in spaces], borders, names)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str | None, str | None]]]:
    spaces = [f"s{number}" for number in range(draw(st.integers(1, 12)))]
    end = st.sampled_from([None, *spaces])
    pairs = st.tuples(end, end).filter(lambda pair: pair[0] != pair[1])
    return spaces, draw(st.lists(pairs, max_size=16))


@given(graph=graphs(), name=st.sampled_from(["", LONG, "<script>x</script>", "Ö" * 80]))
@settings(max_examples=examples(60))
def test_every_border_is_one_door_and_nothing_overlaps(
    graph: tuple[list[str], list[tuple[str | None, str | None]]], name: str
) -> None:
    spaces, ends = graph
    found = drawn(spaces, ends, name)
    assert sorted(room.space for room in found.rooms) == sorted(spaces)
    doors = [door for room in found.rooms for door in room.doors]
    assert sorted(door.border for door in doors) == sorted(f"b{number}" for number in range(len(ends)))
    for room, below in pairwise(found.rooms):
        last = max([room.y + room.height, *(door.y + 40 for door in room.doors)])
        assert last < below.y
    assert all(room.y + room.height < found.height for room in found.rooms)
    assert all(below.y - door.y >= 50 for door, below in pairwise(doors))
    assert all(len(line) <= 22 for room in found.rooms for line in room.name)
    assert all(len(line) <= 29 for door in doors for line in door.name)
    assert 0 < LEFT < RIGHT < WIDTH


def test_neighbours_follow_each_other_and_their_door_lies_between_them() -> None:
    found = drawn(["torg", "tunnel", "hub"], [(None, "tunnel"), ("tunnel", "torg"), ("hub", "tunnel"), (None, "hub")])
    assert [room.space for room in found.rooms] in (["torg", "tunnel", "hub"], ["hub", "tunnel", "torg"])
    sides = {door.border: door.side for room in found.rooms for door in room.doors}
    assert sides == {"b0": "outside", "b1": "between", "b2": "between", "b3": "outside"}


def test_a_door_to_a_room_further_away_has_a_way_to_it() -> None:
    found = drawn(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    [far] = [door for room in found.rooms for door in room.doors if door.side == "far"]
    assert far.way.endswith(f"H{RIGHT}")
