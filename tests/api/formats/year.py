"""A year of one site, made by a seed: what its quarter-hours hold, and the numbers that pandas makes of them."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.wire.limits import BIN_EDGES_S, BINS
from store.database import Database

YEAR: Final = 2025
THRESHOLD_S: Final = 60
_BIN: Final = BIN_EDGES_S.index(THRESHOLD_S)
_QUARTER: Final = pd.Timedelta(minutes=15)
_QUARTER_MS: Final = 900_000
_FLOW: Final = ["forward", "backward", "gross_forward", "gross_backward"]
_KINDS: Final = ("complete", "cut", "fragment")
_DWELL: Final = [f"{kind}_{number:02}" for kind in _KINDS for number in range(BINS)]


@dataclass(slots=True)
class SiteYear:
    """A site with two lines to outside, a check line, and two zones that overlap.

    Attributes:
        site: its key.
        time_zone: IANA name.
        whole: whether its zones were commissioned all year, or for the weeks around the clock changes alone.
        lines: by key, a row a quarter-hour of the year; observed_ms is NaN where nothing was observed.
        zones: the same, of dwell and presence.
    """

    site: str
    time_zone: str
    whole: bool
    lines: dict[str, pd.DataFrame] = field(default_factory=dict)
    zones: dict[str, pd.DataFrame] = field(default_factory=dict)

    def quarters(self) -> pd.DatetimeIndex:
        """Return the starts of all quarter-hours of the local year, in UTC."""
        start, end = (pd.Timestamp(year=year, month=1, day=1, tz=self.time_zone) for year in (YEAR, YEAR + 1))
        return pd.date_range(start.tz_convert("UTC"), end.tz_convert("UTC"), freq=_QUARTER, inclusive="left")

    def make(self) -> None:
        """Fill the year: busy days and still nights, gaps, poor quarter-hours, a replaced device."""
        chance = np.random.default_rng(sum(self.site.encode()))
        quarters = self.quarters()
        day = (
            (quarters.tz_convert(self.time_zone).hour >= 6) & (quarters.tz_convert(self.time_zone).hour < 22)
        ).astype(int)
        for number, key in enumerate(("gate", "back", "gate-check")):
            table = pd.DataFrame(chance.poisson(np.outer(day * (9 + 5 * number), [1, 0.9, 0.2, 0.2])), quarters, _FLOW)
            table["gross_forward"] += table["forward"]
            table["gross_backward"] += table["backward"]
            self.lines[key] = _with_gaps(table, chance, quarters[800 * number] if number == 1 else None)
        weights = 3.0 / (np.arange(BINS) + 2)
        for key in ("bench", "wide"):
            bins = np.hstack([chance.poisson(np.outer(day * share, weights)) for share in (1.0, 0.05, 0.1)])
            table = pd.DataFrame(bins, quarters, _DWELL)
            table["presence_s"] = chance.poisson(day * 2400)
            self.zones[key] = _with_gaps(table, chance, None)
            if not self.whole:
                self.zones[key]["expected"] &= _near_changes(quarters, self.time_zone)
                self.zones[key].loc[~self.zones[key]["expected"], "observed_ms"] = np.nan


def _with_gaps(table: pd.DataFrame, chance: np.random.Generator, since: pd.Timestamp | None) -> pd.DataFrame:
    observed = np.where(chance.random(len(table)) < 0.01, chance.integers(0, _QUARTER_MS, len(table)), _QUARTER_MS)
    table["observed_ms"] = observed.astype(float)
    for start in chance.integers(0, len(table) - 200, 25):
        table.iloc[start : start + chance.integers(1, 60), table.columns.get_loc("observed_ms")] = np.nan
    table["expected"] = True if since is None else table.index >= since
    table.loc[table["observed_ms"] == 0, table.columns[:-2]] = 0
    return table


def _near_changes(quarters: pd.DatetimeIndex, time_zone: str) -> NDArray[np.bool_]:
    local = quarters.tz_convert(time_zone)
    offsets = np.array([offset.total_seconds() for offset in (local.tz_localize(None) - quarters.tz_localize(None))])
    changes = [*quarters[1:][np.diff(offsets) != 0], quarters[9000]]
    near: NDArray[np.bool_] = np.zeros(len(quarters), dtype=bool)
    for change in changes:
        near |= abs(quarters - change.floor("D")) <= pd.Timedelta(days=6)
    return near


# Into the store ---------------------------------------------------------------------------------------------------


def store(database: Database, year: SiteYear, *, late: bool) -> None:
    """Put the year in as aggregates: every tenth day comes late, with `late`."""
    for kind, tables in (("line", year.lines), ("zone", year.zones)):
        for key, table in tables.items():
            seen = table[table["observed_ms"].notna() & ((table.index.day_of_year % 10 == 0) == late)]
            [(number,)] = database.execute(
                f"select {kind}_id from platspuls.{kind} join platspuls.site using (site_id) "  # noqa: S608 - ours
                "where line.key = %s and site.key = %s".replace("line.key", f"{kind}.key").encode(),
                (key, year.site),
            ).fetchall()
            setup = np.where(seen.index.day_of_year < 200, 1, 2)  # a replaced device
            if kind == "line":
                minutes = np.full(len(seen), 32_767)
                values = [setup, *(seen[name] for name in _FLOW), seen["observed_ms"], minutes, 0 * minutes]
                _copy(database, "line_quarter", number, seen.index, values)
            else:
                _store_zone(database, number, seen, setup)


def _store_zone(database: Database, number: int, seen: pd.DataFrame, setup: NDArray[np.int64]) -> None:
    zero = np.zeros(len(seen), dtype=int)
    bins: list[Any] = []
    for kind in _KINDS:
        bins += [*(seen[f"{kind}_{n:02}"] for n in range(BINS)), zero.astype(">i8")]
    _copy(
        database, "zone_dwell", number, seen.index, [zero, zero.astype(">i8"), setup, *bins, seen["observed_ms"], zero]
    )
    flow = [setup, zero, zero, zero, zero, seen["presence_s"], zero, seen["observed_ms"], zero + 32_767, zero]
    _copy(database, "zone_quarter", number, seen.index, flow)


def _copy(database: Database, table: str, number: int, starts: pd.DatetimeIndex, columns: list[Any]) -> None:
    """Copy rows in PostgreSQL's binary format: a key, a time, and integers (of 8 bytes where they come as such)."""
    times = (starts - pd.Timestamp("2000-01-01", tz="UTC")) // pd.Timedelta(microseconds=1)
    given = [np.full(len(starts), number), np.asarray(times, dtype=">i8"), *(np.asarray(values) for values in columns)]
    kinds = [">i8" if values.dtype == np.dtype(">i8") else ">i4" for values in given]
    layout = [("n", ">i2")]
    for place, kind in enumerate(kinds):
        layout += [(f"size{place}", ">i4"), (f"value{place}", kind)]
    rows = np.zeros(len(starts), dtype=layout)
    rows["n"] = len(given)
    for place, values in enumerate(given):
        rows[f"size{place}"] = 8 if kinds[place] == ">i8" else 4
        rows[f"value{place}"] = values
    with database.cursor().copy(f"copy platspuls.{table} from stdin (format binary)".encode()) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")


# The numbers, by pandas -------------------------------------------------------------------------------------------


def cells(year: SiteYear, bucket: str) -> NDArray[np.int64]:
    """Return the number of the cell that each quarter-hour of the year lies in, by what clocks show."""
    quarters = year.quarters()
    local = quarters.tz_convert(year.time_zone)
    naive = local.tz_localize(None)
    offset = (naive - quarters.tz_localize(None)).total_seconds().astype(int)
    named = {
        "quarter": quarters.astype("int64"),
        "hour": naive.floor("h").as_unit("s").astype("int64") * 100_000 + offset,
        "day": naive.normalize().astype("int64"),
        "week": (naive.normalize() - pd.to_timedelta(naive.day_of_week, unit="D")).astype("int64"),
        "month": naive.year * 100 + naive.month,
    }[bucket]
    values = np.asarray(named)
    return np.concatenate([[0], np.cumsum(values[1:] != values[:-1])])


def flow(table: pd.DataFrame, cell: NDArray[np.int64]) -> pd.DataFrame:
    """Return a line's numbers by cell."""
    counted = table[table["expected"] & table["observed_ms"].notna()]
    sums = (
        counted[[*_FLOW, "observed_ms"]]
        .groupby(cell[np.asarray(table["expected"] & table["observed_ms"].notna())])
        .sum()
    )
    return _covered(sums, table, cell, _FLOW)


def _covered(sums: pd.DataFrame, table: pd.DataFrame, cell: NDArray[np.int64], counts: list[str]) -> pd.DataFrame:
    found = sums.reindex(range(cell[-1] + 1))
    found["observed_ms"] = found["observed_ms"].fillna(0)
    found["expected_ms"] = table["expected"].groupby(cell).sum() * _QUARTER_MS
    found["coverage"] = _rounded(found["observed_ms"].clip(upper=found["expected_ms"]) / found["expected_ms"], 4)
    found.loc[found["observed_ms"] == 0, counts] = np.nan
    return found


def site_flow(year: SiteYear, cell: NDArray[np.int64]) -> pd.DataFrame:
    """Return entries and exits: gate leads in forward, back backward."""
    gate, back = flow(year.lines["gate"], cell), flow(year.lines["back"], cell)
    found = pd.DataFrame(index=gate.index)
    both = pd.DataFrame({"gate": gate["coverage"], "back": back["coverage"]})
    found["coverage"] = both.min(axis=1)
    is_given = found["coverage"] >= 0.5
    found["entries"] = (gate["forward"].fillna(0) + back["backward"].fillna(0)).where(is_given)
    found["exits"] = (gate["backward"].fillna(0) + back["forward"].fillna(0)).where(is_given)
    found["estimate"] = found["coverage"] < 0.9
    return found


def dwell(table: pd.DataFrame, cell: NDArray[np.int64]) -> pd.DataFrame:
    """Return a zone's dwell by cell."""
    seen = table["observed_ms"].notna()
    last = table.index[seen][-1]
    outage = table["expected"] & (table.index < last) & ~(table["observed_ms"] >= 810_000)
    around = outage.copy()
    for steps in (-2, -1, 1, 2):
        around |= outage.shift(steps, fill_value=False)
    counted = np.asarray(table["expected"] & seen & ~around)
    sums = table.loc[counted, [*_DWELL, "observed_ms"]].groupby(cell[counted]).sum()
    found = _covered(sums, table, cell, _DWELL)
    bins = {kind: found[[f"{kind}_{n:02}" for n in range(BINS)]].to_numpy(np.longdouble) for kind in _KINDS}
    answer = found[["observed_ms", "expected_ms", "coverage"]].copy()
    answer["complete"], answer["cut"] = bins["complete"].sum(axis=1), bins["cut"].sum(axis=1)
    answer["fragment"] = bins["fragment"].sum(axis=1)
    answer["entered"] = answer["complete"] + answer["cut"]
    flow_seen = np.asarray(table["expected"] & seen)
    answer["presence_s"] = table.loc[flow_seen, "presence_s"].groupby(cell[flow_seen]).sum().reindex(answer.index)
    watched = table.loc[flow_seen, "observed_ms"].groupby(cell[flow_seen]).sum().reindex(answer.index)
    answer.loc[~(watched > 0), "presence_s"] = np.nan
    return _stays(answer, bins["complete"], bins["cut"])


def _stays(answer: pd.DataFrame, complete: NDArray[Any], cut: NDArray[Any]) -> pd.DataFrame:
    entered = answer["entered"].to_numpy(np.longdouble)
    curve = _survival(complete, cut)
    low = complete[:, _BIN:].sum(axis=1) + cut[:, _BIN:].sum(axis=1)
    high = low + cut[:, :_BIN].sum(axis=1)
    answer["stays_low"], answer["stays_high"], answer["wide"] = low, high, 10 * (high - low) > low
    answer["stays"] = _rounded(entered * curve[:, _BIN], 1)
    answer["share"] = np.where(entered == 0, np.nan, _rounded(curve[:, _BIN], 4))
    withheld = 5 * answer["cut"] > answer["entered"]
    for name, share in (("median_s", 0.5), ("p75_s", 0.75), ("p90_s", 0.9)):
        answer[name] = np.where(withheld, np.nan, _rounded(_quantile(curve, np.longdouble(1) - share), 1))
    return answer


def _survival(complete: NDArray[Any], cut: NDArray[Any]) -> NDArray[Any]:
    there = complete.sum(axis=1) + cut.sum(axis=1)
    curve = [np.where(np.isnan(there), np.nan, np.longdouble(1))]
    for number in range(BINS - 1):
        at_risk = there - cut[:, number] / 2
        ended = np.divide(complete[:, number], at_risk, out=np.zeros_like(at_risk), where=complete[:, number] > 0)
        curve.append(curve[-1] * (1 - ended))
        there = there - complete[:, number] - cut[:, number]
    return np.column_stack(curve)


def _quantile(curve: NDArray[Any], left: np.longdouble) -> NDArray[Any]:
    reached = curve <= left + 1e-12
    number = reached.argmax(axis=1)
    rows = np.arange(len(curve))
    before, after = curve[rows, number - 1], curve[rows, number]
    low, high = np.array(BIN_EDGES_S)[number - 1], np.array(BIN_EDGES_S)[number]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.minimum(1, (before - left) / (before - after))
    return np.where(reached.any(axis=1), low + (high - low) * within, np.nan)


def _rounded(values: Any, digits: int) -> NDArray[np.float64]:  # noqa: ANN401 - a column or an array
    """Halves upwards; what is a half but for an error of calculation is one."""
    scaled = np.floor(np.asarray(values, np.longdouble) * 10**digits + 0.5 + 1e-9)
    return (scaled / 10**digits).astype(float)
