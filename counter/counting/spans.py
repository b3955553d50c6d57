"""Stretches of time: sorted lists of half-open [from_ms, to_ms) that don't touch."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the time that any of `spans` covers."""
    rising = sorted(span for span in spans if span[1] > span[0])
    if not rising:
        return []
    found: list[Span] = []
    begin_ms, end_ms = rising[0]
    for from_ms, to_ms in rising:
        if from_ms > end_ms:
            found.append((begin_ms, end_ms))
            begin_ms, end_ms = from_ms, to_ms
        elif to_ms > end_ms:
            end_ms = to_ms
    found.append((begin_ms, end_ms))
    return found


def common(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Return the time that both cover."""
    found: list[Span] = []
    at = 0
    for from_ms, to_ms in one:
        while at < len(other) and other[at][1] <= from_ms:
            at += 1
        place = at
        while place < len(other) and other[place][0] < to_ms:
            found.append((max(from_ms, other[place][0]), min(to_ms, other[place][1])))
            place += 1
    return found


def without(whole: Span, spans: Sequence[Span]) -> list[Span]:
    """Return the time of `whole` that none of `spans` covers."""
    found: list[Span] = []
    from_ms, to_ms = whole
    for begin_ms, end_ms in common([whole], spans):
        if begin_ms > from_ms:
            found.append((from_ms, begin_ms))
        from_ms = end_ms
    if from_ms < to_ms:
        found.append((from_ms, to_ms))
    return found


def length_ms(spans: Iterable[Span]) -> int:
    """Return how long they are together."""
    return sum(to_ms - from_ms for from_ms, to_ms in spans)
