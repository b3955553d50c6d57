"""The cheapest pairing of rows with columns."""

import numpy as np

from counter.geometry import Floats, Ints


def assign(cost: Floats, limit: float) -> Ints:
    """Pair rows with columns so that the sum of the costs is smallest, an unpaired row costing `limit`.

    Args:
        cost: shape (n, m), finite or inf, at least 0.
        limit: a pair that costs as much or more is never made.

    Returns:
        Shape (n,): each row's column, -1 for none.
    """
    rows, columns = cost.shape
    if not rows or not columns:
        return np.full(rows, -1, dtype=np.int64)
    best = cost.argmin(axis=1)
    column_of = np.where(cost[np.arange(rows), best] < limit, best, -1)
    taken = column_of[column_of >= 0].tolist()
    if len(set(taken)) < len(taken):  # several rows want one column
        _settle(cost, limit, best, column_of)
    return np.asarray(column_of, dtype=np.int64)


def _settle(cost: Floats, limit: float, best: Ints, column_of: Ints) -> None:
    """Correct `column_of` where rows may want each other's columns; most rows of a frame have theirs alone.

    A row that alone can have the column it likes best has it in the cheapest pairing too. The others are the smaller
    problem that is left.
    """
    possible = cost < limit
    rows = np.flatnonzero(column_of >= 0)
    while True:
        alone = possible[rows].sum(axis=0)[best[rows]] == 1
        if not alone.any():
            break
        rows = rows[~alone]
    columns = np.flatnonzero(possible[rows].any(axis=0))
    found = _shortest_paths(cost[rows[:, None], columns], limit)
    column_of[rows] = np.where(found >= 0, columns[found], -1)


def _shortest_paths(cost: Floats, limit: float) -> Ints:
    """Solve it exactly: begin with what each row wants most, then make room by shortest augmenting paths.

    One more column a row stands for staying unpaired. `price` and `gain` are the dual variables: no pair costs
    less than the two together, pairs made cost exactly that much.
    """
    rows, columns = cost.shape
    full = np.full((rows, columns + rows), limit)
    full[:, :columns] = np.where(cost < limit, cost, 2 * limit + 1)
    gain, price = full.min(axis=1), np.zeros(columns + rows)
    row_of = np.full(columns + rows, -1)
    waiting = []
    for row, column in enumerate(full.argmin(axis=1).tolist()):
        if row_of[column] < 0:
            row_of[column] = row
        else:
            waiting.append(row)
    for row in waiting:
        _augment(full, gain, price, row_of, row)
    column_of = np.full(rows, -1)
    paired = np.flatnonzero(row_of[:columns] >= 0)
    column_of[row_of[paired]] = paired
    return column_of


def _augment(cost: Floats, gain: Floats, price: Floats, row_of: Ints, start: int) -> None:
    """Pair the row `start`, moving others along the shortest path to a free column."""
    far = np.full(len(price), np.inf)
    came_from = np.full(len(price), -1)
    open_far = np.full(len(price), np.inf)  # `far` of the columns that are not done
    done = np.zeros(len(price), dtype=np.bool_)
    row, walked = start, 0.0
    while row >= 0:
        reach = walked + cost[row] - gain[row] - price
        nearer = ~done & (reach < far)
        far[nearer] = open_far[nearer] = reach[nearer]
        came_from[nearer] = row
        column = int(open_far.argmin())
        walked = float(far[column])
        done[column], open_far[column] = True, np.inf
        row = int(row_of[column])
    passed = np.flatnonzero(done & (row_of >= 0))
    gain[start] += walked
    gain[row_of[passed]] += walked - far[passed]
    price[passed] -= walked - far[passed]
    while column >= 0:
        row = int(came_from[column])
        before = np.flatnonzero(row_of == row)
        row_of[column] = row
        column = int(before[0]) if row != start else -1
