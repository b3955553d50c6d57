"""Closed ranges of sequence numbers, rising and apart: what a receipt covers, what is left of a message."""

from collections.abc import Iterable, Sequence

from core import wire

Range = tuple[int, int]
"""First and last, both inside."""


def covered_by(receipt: wire.Receipt) -> list[Range]:
    """Return the ranges that `receipt` settles."""
    return ([(1, receipt.through)] if receipt.through else []) + list(receipt.also)


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """Return rising numbers as ranges."""
    found: list[Range] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def subtract(ranges: Sequence[Range], taken: Sequence[Range]) -> list[Range]:
    """Return what is left of `ranges` without `taken`."""
    left = list(ranges)
    for first, last in taken:
        left = [part for a, b in left for part in _without(a, b, first, last)]
    return left


def _without(a: int, b: int, first: int, last: int) -> list[Range]:
    if last < a or first > b:
        return [(a, b)]
    return [part for part in ((a, first - 1), (last + 1, b)) if part[0] <= part[1]]
