"""What is hidden can't be worked out: tried by really solving what is shown, with linear programming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from api.public.suppression import (
    ALL,
    Branch,
    K,
    ShareSize,
    Shown,
    Size,
    hidden_in_table,
    shares_shown,
    shown,
    with_sums,
)
from tests.support.properties import examples

TableCell = tuple[str, str]
Path = tuple[int, ...]
Equation = tuple[Mapping[object, int], int]


def span(unknown: object, least: Mapping[object, int], equations: Sequence[Equation]) -> float:
    """Return how many whole values an unknown can have, given the equations and the least value of each unknown."""
    names = list(least)
    rows = [[factors.get(name, 0) for name in names] for factors, _ in equations]
    matrix, sums = (np.array(rows), [sum_ for _, sum_ in equations]) if rows else (None, None)
    wanted = np.array([float(name == unknown) for name in names])
    ends = []
    for sign in (1, -1):
        found = linprog(sign * wanted, A_eq=matrix, b_eq=sums, bounds=[(least[name], None) for name in names])
        assert found.status in {0, 3}, found.message
        ends.append(float("inf") if found.status == 3 else sign * found.fun)
    low, high = ends
    return high - low + 1 if high != float("inf") else float("inf")


def solved_table(counts: Mapping[TableCell, int]) -> dict[TableCell, float]:
    """Return how many values each hidden cell of a table can have for whoever sees the rest."""
    table, hidden = with_sums(counts), hidden_in_table(counts)
    rows, columns = ({cell[way] for cell in table} for way in (0, 1))
    sums = [({(row, column): 1 for column in columns - {ALL}} | {(row, ALL): -1}) for row in rows]
    sums += [({(row, column): 1 for row in rows - {ALL}} | {(ALL, column): -1}) for column in columns]
    equations: list[Equation] = []
    for factors in sums:
        known = sum(factor * table[cell] for cell, factor in factors.items() if cell not in hidden)
        equations.append(({cell: factor for cell, factor in factors.items() if cell in hidden}, -known))
    return {cell: span(cell, dict.fromkeys(hidden, 1), equations) for cell in hidden}


TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.one_of(st.integers(0, 9), st.integers(0, 200)),
    min_size=1,
)


@given(TABLES)
@settings(max_examples=examples(60))
def test_no_hidden_cell_of_a_table_can_be_solved(counts: dict[TableCell, int]) -> None:
    table, hidden = with_sums(counts), hidden_in_table(counts)
    assert {cell for cell, count in table.items() if 0 < count < K} <= hidden
    assert all(table[cell] for cell in hidden)
    for cell, values in solved_table(counts).items():
        assert values >= (K if table[cell] < K else 2), (cell, counts)


def test_without_hiding_more_the_solver_solves_it() -> None:
    """The trial itself is tried: with only the small cell hidden, it is found."""
    hidden = {("a", "x")}
    assert span(("a", "x"), dict.fromkeys(hidden, 1), [({("a", "x"): 1}, 3)]) == 1


def test_a_table_without_small_cells_is_shown_whole_and_a_small_one_not_at_all() -> None:
    assert hidden_in_table({("a", "x"): 5, ("b", "x"): 0, ("b", "y"): 70}) == set()
    assert hidden_in_table({}) == set()
    small = {("a", "x"): 1, ("b", "y"): 2}
    assert hidden_in_table(small) == {cell for cell, count in with_sums(small).items() if count}


def table(*rows: str) -> dict[TableCell, int]:
    """Return a table of rows a, b, c and columns w, x, y, z; - is no cell."""
    cells = {
        (row, column): cell
        for row, line in zip("abc", rows, strict=False)
        for column, cell in zip("wxyz", line.split(), strict=False)
    }
    return {at: int(cell) for at, cell in cells.items() if cell != "-"}


def cells(words: str) -> set[TableCell]:
    """Return cells such as aw, a+ (the sum of row a) and +w (of column w)."""
    return {(word[0].replace("+", ALL), word[1].replace("+", ALL)) for word in words.split()}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        # A sum of 5 that was shown would leave 2 and 3 four values each, 1 to 4: it is hidden as well.
        (table("2 3"), cells("aw ax a+ +w +x ++")),
        # 3 and 3 have five values each, 1 to 5, where their sum is known.
        (table("3 3"), cells("aw ax +w +x")),
        # As many as it takes, and no more: a blinder or a weaker search hides others.
        (table("- 1 4 5", "4 2 6 -"), cells("ax ay az bw bx by a+ b+ +w +x +y +z")),
        (table("3 3 2", "3 2 2"), cells("aw ax ay bw bx by a+ b+ +x +y")),
        (table("1 9 30", "30 4 9", "4 30 4"), cells("aw ay bw bx by cw cx cy")),
        (table("2 5", "1 2"), cells("aw ax bw bx a+ b+ +w +x")),
        (table("0 3 5", "3 2 3"), cells("ax ay bw bx by +w +x +y")),
        (table("2 1 6", "6 6 3", "5 1 6"), cells("aw ax ay bx by cw cx cy")),
    ],
)
def test_a_small_cell_keeps_five_possible_values(counts: dict[TableCell, int], hidden: set[TableCell]) -> None:
    assert hidden_in_table(counts) == hidden
    table = with_sums(counts)
    for cell, values in solved_table(counts).items():
        assert values >= (K if table[cell] < K else 2), cell


@pytest.mark.parametrize(
    ("hours", "is_hidden"), [((3, 3), False), ((2, 3), True), ((2, 2, 3), False), ((1, 2, 3), True)]
)
def test_a_day_whose_small_hours_have_fewer_than_five_possible_values_is_hidden(
    hours: tuple[int, ...], is_hidden: bool
) -> None:
    """Known to be 1 or more each, they have one value for each that their sum is more than their number, and one."""
    assert shown(total([Branch(Size(count, True)) for count in hours])).hidden == is_hidden


def hours(*counts: int | None) -> Branch[Size]:
    """Return a day of hours; None is an hour in which nothing was counted."""
    return total([Branch(None if count is None else Size(count, count > 0)) for count in counts])


def test_as_few_hours_are_hidden_as_do_and_the_smallest_of_them() -> None:
    days = [(9, 5, 5), (4, 9, 0, 9, 0), (4, 1), (3, 4, None), (6, 0, 4, 0, 2), (2, 9, 3, 7, 50)]
    decided = shown(total([hours(*day) for day in days]))
    assert [part.hidden for part in decided.parts] == [False, False, True, True, False, False]
    assert [[at for at, hour in enumerate(day.parts) if hour.hidden] for day in decided.parts] == [
        [], [0, 1], [0, 1], [0, 1], [2, 4], [0, 2, 3]
    ]  # fmt: skip


def leaves(depth: int) -> st.SearchStrategy[Branch[Size]]:
    """Return trees: a month, its days and their hours; numbers that are often small, zero or missing."""
    hour = st.one_of(st.none(), st.just(0), st.integers(0, 4), st.integers(0, 30)).map(
        lambda count: Branch(None if count is None else Size(count, count > 0))
    )
    return hour if depth == 0 else st.lists(leaves(depth - 1), min_size=1, max_size=5).map(total)


def total(parts: Sequence[Branch[Size]]) -> Branch[Size]:
    """Return the branch that the parts add up to; missing where all of them are."""
    found = [part.size for part in parts if part.size]
    count = sum(size.count for size in found)
    return Branch(Size(count, any(size.touched for size in found)) if found else None, parts)


@dataclass
class Seen:
    """What whoever sees a tree knows: the least value of each hidden hour, and sums of them."""

    least: dict[object, int] = field(default_factory=dict)
    sums: list[Equation] = field(default_factory=list)

    def look(
        self, branch: Branch[Size], decided: Shown, path: Path = (), *, above: bool = False
    ) -> tuple[set[Path], int]:
        """Return what a total is made of: hidden hours and a known rest; `above`: a total that it is in is hidden."""
        if branch.size is None:
            return set(), 0
        if not branch.parts:
            if not decided.hidden:
                return set(), branch.size.count
            # Zeros are shown, unless all of the total is hidden: then they are hidden with the rest.
            self.least[path] = 0 if above else 1
            return {path}, 0
        sides = [
            self.look(part, factors, (*path, at), above=decided.hidden)
            for at, (part, factors) in enumerate(zip(branch.parts, decided.parts, strict=True))
        ]
        unknown, known = set[Path]().union(*(names for names, _ in sides)), sum(rest for _, rest in sides)
        if decided.hidden:
            return unknown, known
        if unknown:
            self.sums.append((dict.fromkeys(unknown, 1), branch.size.count - known))
        return set(), branch.size.count


def small(branch: Branch[Size], path: Path = ()) -> list[Path]:
    """Return the paths of all hours that speak of few."""
    if not branch.parts:
        return [path] if branch.size and 0 < branch.size.count < K else []
    return [found for at, part in enumerate(branch.parts) for found in small(part, (*path, at))]


@given(leaves(2))
@settings(max_examples=examples(60))
def test_no_hour_of_a_month_can_be_solved(month: Branch[Size]) -> None:
    seen = Seen()
    seen.look(month, shown(month))
    for path in small(month):
        assert path in seen.least
        assert span(path, seen.least, seen.sums) >= K, (path, month)


@given(leaves(2))
@settings(max_examples=examples(60))
def test_no_day_of_few_visits_is_shown_or_can_be_reckoned(month: Branch[Size]) -> None:
    decided = shown(month)
    for day, factors in zip(month.parts, decided.parts, strict=True):
        if day.size and 0 < day.size.count < K:
            assert factors.hidden
            assert all(hour.hidden for part, hour in zip(day.parts, factors.parts, strict=True) if part.size)
    hidden = [at for at, factors in enumerate(decided.parts) if factors.hidden]
    if decided.hidden or not hidden:
        return
    known = sum(day.size.count for at, day in enumerate(month.parts) if day.size and at not in hidden)
    assert month.size
    room = month.size.count - known - len(hidden) + 1
    assert len(hidden) > 1
    assert room >= K


def test_what_is_not_small_is_shown_and_five_of_one_each_are_not() -> None:
    many = total([Branch(Size(9, True)), Branch(Size(0, False)), Branch(None)])
    assert shown(many) == Shown(False, (Shown(False), Shown(False), Shown(False)))
    ones = total([Branch(Size(1, True)) for _ in range(5)])
    assert shown(ones).hidden
    assert all(part.hidden for part in shown(ones).parts)


def test_somebody_who_stays_on_is_hidden_though_no_visit_ended() -> None:
    day = total([Branch(Size(0, True)), Branch(Size(12, True)), Branch(Size(0, False))])
    assert [part.hidden for part in shown(day).parts] == [True, True, False]


@dataclass(frozen=True)
class Stayed:
    """A month, a day or an hour: who stayed, who didn't, and its parts."""

    stays: int
    others: int
    parts: Sequence["Stayed"] = ()

    def counts(self) -> Branch[Size]:
        entered = self.stays + self.others
        return Branch(Size(entered, entered > 0), [part.counts() for part in self.parts])

    def shares(self, decided: Shown) -> Branch[ShareSize]:
        size = ShareSize(self.stays + self.others, self.stays, self.stays, decided.hidden)
        return Branch(size, [part.shares(below) for part, below in zip(self.parts, decided.parts, strict=True)])


def stayed(depth: int) -> st.SearchStrategy[Stayed]:
    few = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 12))
    if depth == 0:
        return st.builds(Stayed, few, few)
    return st.lists(stayed(depth - 1), min_size=1, max_size=4).map(
        lambda parts: Stayed(sum(part.stays for part in parts), sum(part.others for part in parts), parts)
    )


@dataclass
class SeenShares:
    """What whoever sees visits and shares knows of each hour's stays and others: sums, and that some are not 0."""

    hours: list[Path] = field(default_factory=list)
    sums: list[tuple[list[tuple[Path, str]], int]] = field(default_factory=list)
    not_zero: list[Path] = field(default_factory=list)

    def look(self, at: Stayed, visits: Shown, shares: Shown, path: Path = (), *, above: bool = False) -> list[Path]:
        """Return the hours below, and note what is shown of this."""
        below = [
            hour
            for number, part in enumerate(at.parts)
            for hour in self.look(
                part, visits.parts[number], shares.parts[number], (*path, number), above=visits.hidden
            )
        ]
        if not at.parts:
            self.hours.append(path)
            below = [path]
            if visits.hidden and not above:
                self.not_zero.append(path)
        assert shares.hidden or not visits.hidden, "a share is of visits that are shown"
        if not visits.hidden:
            self.sums.append(([(hour, kind) for hour in below for kind in ("stays", "others")], at.stays + at.others))
        if not shares.hidden:
            self.sums.append(([(hour, "stays") for hour in below], at.stays))
        return below

    def span(self, of: Sequence[tuple[Path, str]]) -> float:
        """Return how many whole values a sum of unknowns can have."""
        names = [(hour, kind) for hour in self.hours for kind in ("stays", "others")]
        place = {name: number for number, name in enumerate(names)}

        def row(members: Sequence[tuple[Path, str]], factor: float = 1) -> list[float]:
            found = [0.0] * len(names)
            for member in members:
                found[place[member]] = factor
            return found

        least = [row([(hour, "stays"), (hour, "others")], -1) for hour in self.not_zero]
        more = {
            **(
                {"A_eq": [row(of_sum) for of_sum, _ in self.sums], "b_eq": [sum_ for _, sum_ in self.sums]}
                if self.sums
                else {}
            ),
            **({"A_ub": least, "b_ub": [-1] * len(least)} if least else {}),
        }
        ends = []
        for sign in (1, -1):
            wanted = np.array(row(of, sign))
            found = linprog(wanted, bounds=(0, None), **more)  # type: ignore[call-overload] # where there are any
            assert found.status in {0, 3}, found.message
            if found.status == 3:
                return float("inf")
            ends.append(sign * found.fun)
        low, high = ends
        return float(np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1)


def nodes(at: Stayed, path: Path = ()) -> list[tuple[Stayed, Path]]:
    """Return a month with all its days and hours."""
    return [(at, path), *(found for number, part in enumerate(at.parts) for found in nodes(part, (*path, number)))]


def solved(month: Stayed, visits: Shown, shares: Shown) -> list[tuple[Path, str, float]]:
    """Return what is small of stays, others and both, and how many values each could have."""
    seen = SeenShares()
    seen.look(month, visits, shares)
    found = []
    for at, path in nodes(month):
        below = [hour for hour in seen.hours if hour[: len(path)] == path]
        for name, count in (("stays", at.stays), ("others", at.others), ("stays others", at.stays + at.others)):
            if 0 < count < K:
                found.append((path, name, seen.span([(hour, kind) for hour in below for kind in name.split()])))
    return found


@given(stayed(2))
@settings(max_examples=examples(60))
def test_nobody_can_solve_how_many_of_few_stayed_or_did_not(month: Stayed) -> None:
    """Visits, those who stayed and those who didn't: each that is below K has K values for whoever solves for all.

    With linear programming over the stays and the others of each hour, of all that is shown of hours, days and month.
    """
    visits = shown(month.counts())
    shares = shares_shown(month.shares(visits))
    for path, name, values in solved(month, visits, shares):
        assert values >= K, (path, name, values)


def test_with_only_the_small_shares_hidden_the_solver_solves_them() -> None:
    """The trial itself is tried: three who stayed are what the day has more than its other hour."""
    month = Stayed(33, 30, [Stayed(33, 30, [Stayed(30, 15), Stayed(3, 15)])])
    seen = Shown(False, [Shown(False, [Shown(False), Shown(False)])])
    naive = Shown(False, [Shown(False, [Shown(False), Shown(True)])])
    assert solved(month, seen, naive) == [((0, 1), "stays", 1)]
    [day] = shares_shown(month.shares(seen)).parts
    assert [hour.hidden for hour in day.parts] == [True, True]


def test_a_share_is_shown_of_all_of_none_and_of_enough() -> None:
    def is_hidden(count: int, low: int, high: int) -> bool:
        return shares_shown(Branch(ShareSize(count, low, high, count_hidden=False))).hidden

    assert [is_hidden(20, stays, stays) for stays in (0, 1, 4, 5, 15, 16, 19, 20)] == [
        False, True, True, False, False, True, True, False
    ]  # fmt: skip
    assert is_hidden(100, 0, 1), "whoever was lost from sight may have stayed"
    assert is_hidden(100, 96, 100)
    assert is_hidden(100, 92, 97)
    assert not is_hidden(100, 80, 88)
