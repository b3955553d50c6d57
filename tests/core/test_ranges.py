"""Ranges against the plainest model there is: a set of numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wire
from core.ranges import Pair, Ranges
from tests.support.properties import examples

numbers = st.integers(1, 60)
pairs = st.tuples(numbers, numbers).map(lambda pair: (min(pair), max(pair)))
lists = st.lists(pairs, max_size=12)
bounded = settings(max_examples=examples(80))


def inside(pairs: list[Pair]) -> set[int]:
    return {number for first, last in pairs for number in range(first, last + 1)}


@bounded
@given(lists)
def test_holds_the_numbers_it_was_made_of(pairs: list[Pair]) -> None:
    ranges, model = Ranges.of(pairs), inside(pairs)
    assert {number for number in range(-1, 65) if number in ranges} == model
    assert {number for number in range(-1, 65) if number in ranges} == model
    assert ranges.count() == len(model)


@bounded
@given(lists, lists)
def test_minus_is_that_of_sets(some: list[Pair], taken: list[Pair]) -> None:
    left = Ranges.of(some).minus(Ranges.of(taken))
    assert left == Ranges.of_numbers(inside(some) - inside(taken))


@bounded
@given(lists)
def test_lowest_and_highest(pairs: list[Pair]) -> None:
    ranges, model = Ranges.of(pairs), inside(pairs)
    assert (ranges.lowest(), ranges.highest()) == (min(model, default=None), max(model, default=None))


@bounded
@given(lists, pairs)
def test_meets(pairs: list[Pair], other: Pair) -> None:
    assert Ranges.of(pairs).meets(*other) == bool(inside(pairs) & inside([other]))


@bounded
@given(lists)
def test_pairs_rise_and_lie_apart(pairs: list[Pair]) -> None:
    ends = [end for pair in Ranges.of(pairs).pairs for end in pair]
    assert ends == sorted(ends)
    assert all(after > before + 1 for before, after in zip(ends[1::2], ends[2::2], strict=False))


@bounded
@given(lists)
def test_the_same_numbers_make_the_same_ranges(pairs: list[Pair]) -> None:
    assert Ranges.of(pairs) == Ranges.of((number, number) for number in inside(pairs))


@bounded
@given(lists, lists)
def test_union_and_add(some: list[Pair], more: list[Pair]) -> None:
    assert Ranges.of(some).union(Ranges.of(more)) == Ranges.of(some + more)
    added = Ranges.of(some)
    for first, last in more:
        added = added.add(first, last)
    assert added == Ranges.of(some + more)


@bounded
@given(lists)
def test_text_and_back(pairs: list[Pair]) -> None:
    assert Ranges.parse(str(Ranges.of(pairs))) == Ranges.of(pairs)


@bounded
@given(lists, st.integers(0, 5), lists)
def test_a_receipt_tells_nothing_that_is_not_inside(pairs: list[Pair], limit: int, about: list[Pair]) -> None:
    through, also = Ranges.of(pairs).through_and_also(limit, about)
    assert len(also) <= limit
    assert inside([(1, through)] if through else []) | inside(also) <= inside(pairs)
    wire.Receipt("0123456789abcdef", through, also)


@bounded
@given(lists)
def test_a_receipt_with_room_tells_all(pairs: list[Pair]) -> None:
    through, also = Ranges.of(pairs).through_and_also(wire.MAX_RECORDS)
    assert inside([(1, through)] if through else []) | inside(also) == inside(pairs)


def test_a_full_receipt_answers_its_message_first_and_then_the_lowest() -> None:
    odd = Ranges.of((number, number) for number in range(1, 1001, 2))
    through, also = odd.through_and_also(3, [(501, 502)])
    assert through == 1
    assert also == [(3, 3), (5, 5), (501, 501)]


def test_a_receipt_that_cannot_even_answer_its_message_answers_its_lowest() -> None:
    odd = Ranges.of((number, number) for number in range(1, 1001, 2))
    assert odd.through_and_also(2, [(400, 500)]) == (1, [(401, 401), (403, 403)])


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("{}", ()),
        ("{[1,6),[8,9)}", ((1, 5), (8, 8))),
        (" { [1, 6) , [8,9) } ", ((1, 5), (8, 8))),
        ("{[1,5],(7,8]}", ((1, 5), (8, 8))),
        ("{[1,3),[3,5)}", ((1, 4),)),
        ("{[4,4)}", ()),
        ("{[-3,9223372036854775807)}", ((-3, 9223372036854775806),)),
    ],
)
def test_reads_what_postgres_writes(text: str, pairs: tuple[Pair, ...]) -> None:
    assert Ranges.parse(text).pairs == pairs


@pytest.mark.parametrize("text", ["", "{", "[1,6)", "{[1,)}", "{(,6)}", "{[1,6),}", "{[1,6)[8,9)}", "{[a,b)}", "{1}"])
def test_refuses_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a multirange"):
        Ranges.parse(text)


def test_refuses_a_reversed_range() -> None:
    with pytest.raises(ValueError, match=r"range \[5, 4\] ends before it starts"):
        Ranges.of([(5, 4)])


def test_refuses_a_receipt_of_numbers_below_one() -> None:
    with pytest.raises(ValueError, match="0 is not a sequence number"):
        Ranges.of([(0, 4)]).through_and_also(10)
