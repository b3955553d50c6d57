"""Which cells of a published table stay hidden, so that none of fewer than K can be computed from the others.

A cell of 1 to K - 1 is hidden at once. Others are hidden beside it, until no sum or difference of what is shown reveals
it. A zero is shown: it speaks of nobody. What was never counted takes no part. Pure: no database, no clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

K: Final = 5
"""The smallest count that is shown, but for zero."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many a cell speaks of.

    Attributes:
        count: visits or people.
        touched: it speaks of somebody, even where the count is 0.
    """

    count: int
    touched: bool

    @property
    def small(self) -> bool:
        """Whether it can't be shown."""
        return self.touched and self.count < K

    @property
    def order(self) -> tuple[bool, int]:
        """Which is hidden first beside a small one: the smallest."""
        return False, self.count


@dataclass(frozen=True, slots=True)
class ShareSize:
    """Of how many a share speaks: who came in, who of them stayed, and who did not. Each is known where it is shown.

    Attributes:
        count: who came in.
        stays_low: of them, who surely stayed.
        stays_high: of them, who may have stayed; more than stays_low where some were lost from sight.
        count_hidden: the count isn't shown.
    """

    count: int
    stays_low: int
    stays_high: int
    count_hidden: bool

    @property
    def touched(self) -> bool:
        """Whether it speaks of somebody."""
        return self.count > 0 or self.count_hidden

    @property
    def small(self) -> bool:
        """Whether it can't be shown: who came in, stayed or didn't may be 1 to K - 1."""
        return (
            self.count_hidden
            or (self.stays_low < K and self.stays_high > 0)
            or (self.count - self.stays_high < K and self.count > self.stays_low)
        )

    @property
    def order(self) -> tuple[bool, int]:
        """Which is hidden first beside a small one: the smallest of those in which some stayed and some didn't."""
        return not 0 < self.stays_low < self.count, self.count


_SizeT = TypeVar("_SizeT", Size, ShareSize)
_HaveRoom = Callable[[Sequence[_SizeT]], bool]


@dataclass(frozen=True, slots=True)
class Branch(Generic[_SizeT]):
    """A total and its parts: a month and its days, each a day and its hours. A part of the lowest kind has none.

    Attributes:
        size: None where nothing was counted; else the sum of the sizes of the parts.
        parts: what it is the total of.
    """

    size: _SizeT | None
    parts: Sequence["Branch[_SizeT]"] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether a total is hidden, and the same of its parts. What was never counted is not hidden but missing."""

    hidden: bool
    parts: Sequence["Shown"] = ()


def shown(top: Branch[Size]) -> Shown:
    """Decide a whole tree of counts at once. Its total is part of nothing else that is shown."""
    return _shown(top, _counts_have_room, hidden=_is_small(top, _counts_have_room))


def shares_shown(top: Branch[ShareSize]) -> Shown:
    """Decide a whole tree of shares at once, where it is decided which counts are hidden."""
    return _shown(top, _shares_have_room, hidden=_is_small(top, _shares_have_room))


def _counts_have_room(sizes: Sequence[Size]) -> bool:
    """Return whether each of these could have K values, where their sum is known, and that none of them is 0."""
    return len(sizes) > 1 and sum(size.count for size in sizes) - len(sizes) + 1 >= K


def _shares_have_room(sizes: Sequence[ShareSize]) -> bool:
    """Return whether each could have K values, where their sums are known: of who came in and of who stayed.

    Each is of K or more, or has a hidden count. Where K or more of all stayed, and K or more didn't, each may have had
    K different numbers of them, or more. Where all stayed, or nobody did, there is nothing to find out.
    """
    count, low, high = (sum(of) for of in zip(*((s.count, s.stays_low, s.stays_high) for s in sizes), strict=True))
    return len(sizes) > 1 and (high == 0 or low >= K) and (count == low or count - high >= K)


def _shown(branch: Branch[_SizeT], have_room: _HaveRoom[_SizeT], *, hidden: bool) -> Shown:
    """Below a hidden total everything that was counted is hidden, zeros too: else their number would reveal it."""
    if hidden:
        return Shown(True, tuple(_shown(part, have_room, hidden=part.size is not None) for part in branch.parts))
    below = _hidden_among(branch.parts, have_room)
    return Shown(False, tuple(_shown(part, have_room, hidden=at in below) for at, part in enumerate(branch.parts)))


def _hidden_among(parts: Sequence[Branch[_SizeT]], have_room: _HaveRoom[_SizeT]) -> set[int]:
    """Return which parts of a shown total are hidden: none, or so many that each has room."""
    hidden = {at for at, part in enumerate(parts) if _is_small(part, have_room)}
    sizes = {at: part.size for at, part in enumerate(parts) if part.size and part.size.touched}
    for at in sorted(sizes.keys() - hidden, key=lambda at: (sizes[at].order, at)):
        if not hidden or have_room([sizes[part] for part in hidden]):
            break
        hidden.add(at)
    return hidden


def _is_small(branch: Branch[_SizeT], have_room: _HaveRoom[_SizeT]) -> bool:
    """Return whether a total can't be shown: it is of fewer than K itself, or it would reveal its parts."""
    if branch.size is None or not branch.size.touched:
        return False
    sizes = [part.size for part in branch.parts if part.size and part.size.touched]
    return branch.size.small or (any(_is_small(part, have_room) for part in branch.parts) and not have_room(sizes))


def hidden_in_table(counts: Mapping[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Return the hidden cells of a table that is shown with the sums of its rows and columns, and the sum of all.

    Sums are cells as well, of the row or column named ALL. A row whose sum is small hides its sum too.
    """
    table = with_sums(counts)
    hidden = {cell for cell, count in table.items() if 0 < count < K}
    waiting = sorted(hidden)
    while waiting:
        cell = waiting.pop()
        while _is_revealed(cell, table, hidden) and (more := _next_to_hide(cell, table, hidden)):
            hidden.add(more)
            waiting.append(more)
    return hidden


def _next_to_hide(
    cell: tuple[str, str], table: Mapping[tuple[str, str], int], hidden: set[tuple[str, str]]
) -> tuple[str, str] | None:
    """Return the smallest cell that is still shown, one of the same row or column if possible, sums last."""
    found = [other for other in table if other not in hidden and table[other]]
    row, column = cell
    return min(found, key=lambda at: (at[0] != row and at[1] != column, ALL in at, table[at], at), default=None)


ALL: Final = ""
"""The row or column of sums."""


def with_sums(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return the table with its sums."""
    rows, columns = ({cell[way] for cell in counts} for way in (0, 1))
    table = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        table[row, ALL] = sum(table[row, column] for column in columns)
    for column in [*columns, ALL]:
        table[ALL, column] = sum(table[row, column] for row in rows)
    return table


def _is_revealed(cell: tuple[str, str], table: Mapping[tuple[str, str], int], hidden: set[tuple[str, str]]) -> bool:
    """Return whether what is shown leaves too few values for the cell: below K where it is small, else one.

    Everybody knows that a hidden cell isn't 0. Sums make the table a circulation: what flows from rows to columns flows
    back through the sums. A cell may be more or less by as much as the other hidden cells let flow round.
    """
    room = _most_flow(cell, table, hidden, more=True) + _most_flow(cell, table, hidden, more=False)
    return room + 1 < (K if table[cell] < K else 2)


def _most_flow(
    cell: tuple[str, str], table: Mapping[tuple[str, str], int], hidden: set[tuple[str, str]], *, more: bool
) -> int:
    """Return by how much the cell could be more (or less), K at most, the shown cells being what they are."""
    room: _Room = {}
    for other in hidden - {cell}:
        tail, head = _ends(other)
        room.setdefault(tail, {})[head] = K
        room.setdefault(head, {})[tail] = table[other] - 1
    tail, head = _ends(cell)
    most = K if more else min(K, table[cell] - 1)
    start, end = (head, tail) if more else (tail, head)
    flow = 0
    while flow < most and (path := _path(room, start, end)):
        amount = min(most - flow, *(room[tail][head] for tail, head in path))
        for tail, head in path:
            room[tail][head] -= amount
            room[head][tail] += amount
        flow += amount
    return flow


_Room = dict[str, dict[str, int]]
"""How much more may flow from where to where."""


def _ends(cell: tuple[str, str]) -> tuple[str, str]:
    """Return from where to where a cell flows: rows to columns, and sums back."""
    row, column = f"row {cell[0]}", f"column {cell[1]}"
    return (column, row) if (cell[0] == ALL) != (cell[1] == ALL) else (row, column)


def _path(room: _Room, start: str, end: str) -> list[tuple[str, str]]:
    """Return the shortest way on which something may still flow; empty where there is none."""
    came = {start: start}
    waiting = [start]
    while waiting and end not in came:
        ahead = []
        for node in waiting:
            found = [head for head, left in room.get(node, {}).items() if left > 0 and head not in came]
            came.update(dict.fromkeys(found, node))
            ahead += found
        waiting = ahead
    path: list[tuple[str, str]] = []
    while end in came and end != start:
        path.append((came[end], end))
        end = came[end]
    return path
