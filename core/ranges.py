"""Ranges: closed ones of whole numbers, such as sequence numbers, and half-open ones of time.

The store keeps `int8multirange`, written half-open as `{[1,6),[8,9)}`. Here a range is a closed pair: (1, 5), (8, 8).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Final, Self

Pair = tuple[int, int]
"""First and last number of a range, both inside."""

_first: Final = itemgetter(0)
_RANGE: Final = r"[\[(]-?[0-9]{1,19},-?[0-9]{1,19}[\])]"
_TEXT: Final = re.compile(rf"\{{({_RANGE}(,{_RANGE})*)?\}}")
_PART: Final = re.compile(r"([\[(])(-?[0-9]+),(-?[0-9]+)([\])])")


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """A half-open range of aware times, [start, end). Empty where both are the same."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Ranges:
    """Whole numbers as rising pairs that neither overlap nor touch. Make one with `of` or `parse`.

    Attributes:
        pairs: the ranges, lowest first; between two of them at least one number is missing.
    """

    pairs: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Self:
        """Return the numbers of these closed ranges, in any order, overlapping or not.

        Raises ValueError for a range that ends before it starts.
        """
        found: list[Pair] = []
        for first, last in sorted(pairs):
            if last < first:
                raise ValueError(f"range [{first}, {last}] ends before it starts")
            if found and first <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(found[-1][1], last))
            else:
                found.append((first, last))
        return cls(tuple(found))

    @classmethod
    def of_numbers(cls, numbers: Iterable[int]) -> Self:
        """Return these numbers, in any order."""
        return cls.of((number, number) for number in numbers)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read PostgreSQL's text of an int8multirange.

        Raises ValueError for other text, also for a range without an end.
        """
        plain = "".join(text.split())
        if _TEXT.fullmatch(plain) is None:
            raise ValueError(f"{text[:100]!r} is not a multirange of whole numbers with two ends")
        parts = (_closed(*part) for part in _PART.findall(plain))
        return cls.of((first, last) for first, last in parts if first <= last)

    def __str__(self) -> str:
        """Return PostgreSQL's text of the same multirange."""
        return "{" + ",".join(f"[{first},{last + 1})" for first, last in self.pairs) + "}"

    def __contains__(self, number: int) -> bool:
        """Tell whether the number is inside; the work grows with the logarithm of the ranges."""
        return self.meets(number, number)

    def meets(self, first: int, last: int) -> bool:
        """Tell whether any number of `first`..`last` is inside."""
        place = bisect_right(self.pairs, last, key=_first) - 1
        return place >= 0 and first <= self.pairs[place][1]

    def union(self, other: "Ranges") -> "Ranges":
        """Return the numbers of both."""
        return Ranges.of(self.pairs + other.pairs)

    def minus(self, other: "Ranges") -> "Ranges":
        """Return the numbers that are not in the other ranges."""
        left = list(self.pairs)
        for first, last in other.pairs:
            left = [part for a, b in left for part in _without(a, b, first, last)]
        return Ranges(tuple(left))

    def both(self, other: "Ranges") -> "Ranges":
        """Return the numbers that are in both."""
        few, many = sorted((self, other), key=lambda ranges: len(ranges.pairs))
        return Ranges(tuple(part for first, last in few.pairs for part in many.cut(first, last)))

    def cut(self, first: int, last: int) -> Iterator[Pair]:
        """Yield the parts of the ranges that lie within `first`..`last`, rising."""
        place = max(bisect_right(self.pairs, first, key=_first) - 1, 0)
        for low, high in islice(self.pairs, place, None):
            if low > last:
                return
            if high >= first:
                yield max(low, first), min(high, last)

    def add(self, first: int, last: int | None = None) -> "Ranges":
        """Return these numbers and `first`..`last`, or `first` alone. Raises ValueError when last < first."""
        return Ranges.of((*self.pairs, (first, first if last is None else last)))

    def count(self) -> int:
        """Return how many numbers are inside."""
        return sum(last - first + 1 for first, last in self.pairs)

    def lowest(self) -> int | None:
        """Return the first number; None where there is none."""
        return self.pairs[0][0] if self.pairs else None

    def highest(self) -> int | None:
        """Return the last number; None where there is none."""
        return self.pairs[-1][1] if self.pairs else None

    def through_and_also(self, limit: int, about: Sequence[Pair] = ()) -> tuple[int, list[Pair]]:
        """Return what a receipt holds: 1..through is inside, and so is each range of `also`, rising and apart.

        A receipt only adds, so it may leave out what doesn't fit. When there are more than `limit` ranges above
        `through`, those that hold a number of `about` (the message being answered) come first, then the lowest,
        since a device sends its oldest again first.

        Raises ValueError when a number below 1 is inside: sequence numbers start at 1.
        """
        if self.pairs and self.pairs[0][0] < 1:
            raise ValueError(f"{self.pairs[0][0]} is not a sequence number: they start at 1")
        through = self.pairs[0][1] if 1 in self else 0
        above = self.pairs[1:] if through else self.pairs
        if len(above) <= limit:
            return through, list(above)
        answer = Ranges.of(about)
        asked = [pair for pair in above if answer.meets(*pair)][:limit]
        others = (pair for pair in above if pair not in asked)
        return through, sorted([*asked, *islice(others, limit - len(asked))])


NONE: Final = Ranges()
"""No numbers."""


def _without(a: int, b: int, first: int, last: int) -> list[Pair]:
    if last < a or first > b:
        return [(a, b)]
    return [part for part in ((a, first - 1), (last + 1, b)) if part[0] <= part[1]]


def _closed(opening: str, first: str, last: str, closing: str) -> Pair:
    return int(first) + (opening == "("), int(last) - (closing == ")")
