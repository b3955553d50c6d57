"""Corrected numbers against plain Python that knows nothing of the SQL: fractions, quarter-hour by quarter-hour."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from math import sqrt
from typing import Any

import pytest

from store.database import connect
from tests.store.calibration.hall import DARK, START, Hall, chance, factor
from tests.store.reading import by_hand
from tests.store.reading.place import BINS, QUARTER, Dwelt, Passed, bins

pytestmark = pytest.mark.chain

DAY = timedelta(days=1)
SPAN = (START, START + 2 * DAY)
ZONE = "Europe/Stockholm"


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter-hour as it was made up."""

    start: datetime
    setup: int
    flags: int
    numbers: Sequence[int]
    observed_ms: int


@dataclass(frozen=True, slots=True)
class Held:
    """A calibration as it was made: its factors, and when it holds."""

    number: int
    start: datetime
    end: datetime | None
    factors: Sequence[Mapping[str, Any]]
    busy_from: Fraction | None = None


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield Hall.made(database)


def quarters(name: str, columns: int) -> list[Quarter]:
    """Make up two days: dark in part, of another setup at the end, with holes and half-watched quarter-hours."""
    dice = chance(name)
    return [
        Quarter(
            START + n * QUARTER,
            2 if n > 170 else 1,
            DARK if n % 96 > 70 else 0,
            [dice.randrange(900) for _ in range(columns)],
            dice.choice([900_000, 900_000, 400_000, 0]),
        )
        for n in range(192)
        if dice.random() > 0.05
    ]


def put_line(hall: Hall, line: str, made: Sequence[Quarter]) -> None:
    for q in made:
        passed = Passed(q.start, q.numbers[0], q.numbers[1], q.observed_ms)
        hall.place.passes(line, passed, setup=q.setup, flags=q.flags)


def chosen(q: Quarter, held: Sequence[Held], measure: str, busy: Fraction) -> tuple[int, int, Mapping[str, Any]] | None:
    """Return the calibration and the factor of a quarter-hour, by number, None where it stays raw."""
    for calibration in held:
        if q.setup == 1 and calibration.start <= q.start and (calibration.end is None or q.start < calibration.end):
            is_busy = calibration.busy_from is not None and busy >= calibration.busy_from
            for number, given in enumerate(calibration.factors):
                if (
                    given["measure"] == measure
                    and given["dark"] in (None, bool(q.flags & DARK))
                    and given["busy"] in (None, is_busy)
                ):
                    return calibration.number, number, given
    return None


@dataclass(frozen=True, slots=True)
class Cell:
    """What should come out."""

    value: Fraction
    below: float
    above: float
    numbers: str | None
    corrected_ms: int
    by: list[int]


def worked_out(inside: Sequence[tuple[Quarter, int, Any]]) -> Cell:
    """Return one cell from quarter-hours, each with its count and what corrects it."""
    value = Fraction(0)
    sums: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    ends: dict[tuple[int, int], Mapping[str, Any]] = {}
    for _, count, found in inside:
        value += count * (Fraction(str(found[2]["factor"])) if found else 1)
        if found:
            sums[found[:2]] += count
            ends[found[:2]] = found[2]
    observed = sum(q.observed_ms for q, _, _ in inside)
    corrected = sum(q.observed_ms for q, _, found in inside if found)
    kind = "corrected" if corrected == observed else "partly" if corrected else "raw"
    return Cell(
        value,
        sqrt(sum((float(count) * (ends[key]["factor"] - ends[key]["low"])) ** 2 for key, count in sums.items())),
        sqrt(sum((float(count) * (ends[key]["high"] - ends[key]["factor"])) ** 2 for key, count in sums.items())),
        kind if observed else None,
        corrected,
        sorted({found[0] for _, _, found in inside if found}),
    )


def assert_cell(row: Mapping[str, Any], name: str, cell: Cell) -> None:
    assert (row["numbers"], row["corrected_ms"], row["corrected_by"]) == (cell.numbers, cell.corrected_ms, cell.by)
    if cell.numbers is None:
        assert row[name] is None
        return
    assert Fraction(row[name]) == cell.value
    if cell.numbers == "corrected":
        assert float(row[f"{name}_low"]) == pytest.approx(float(cell.value) - cell.below, abs=1e-6)
        assert float(row[f"{name}_high"]) == pytest.approx(float(cell.value) + cell.above, abs=1e-6)
    else:
        assert row[f"{name}_low"] is row[f"{name}_high"] is None


def four(measure: str, first: float) -> list[dict[str, object]]:
    """Return a factor for each of the four strata but dark and crowded, which nobody counted."""
    strata = ((False, False), (False, True), (True, False))
    return [factor(measure, round(first + n / 8, 3), dark=dark, busy=busy) for n, (dark, busy) in enumerate(strata)]


def lines_calibrated(hall: Hall) -> list[Held]:
    """Calibrate the gate: one factor for the first hours, then three strata, open-ended."""
    hall.counted_line()
    noon = START + timedelta(hours=12)
    plain = [factor("forward", 1.1), factor("backward", 0.9)]
    strata = [*four("forward", 1.05), *four("backward", 0.8)]
    gate = {"kind": "crossings", "line": "gate"}
    first = hall.calibration(plain, **gate, **{"from": START + timedelta(hours=3), "to": noon})
    second = hall.calibration(strata, **gate, **{"from": noon}, strata="light-and-crowd", busy_from=60.5)
    return [
        Held(first, START + timedelta(hours=3), noon, plain),
        Held(second, noon, None, strata, Fraction("60.5")),
    ]


@pytest.mark.parametrize("bucket", ["quarter", "hour", "day"])
def test_crossings_of_a_line(hall: Hall, bucket: str) -> None:
    made = quarters("gate", 2)
    put_line(hall, "gate", made)
    held = lines_calibrated(hall)
    rows = hall.place.ask(
        "select * from reading.corrected_line_flow('hall', %s, %s, %s, 'all', '{gate}')", bucket, *SPAN
    )
    cells = by_hand.cells(ZONE, bucket, *SPAN)
    assert [row["start_utc"] for row in sorted(rows, key=lambda row: row["start_utc"])] == [
        cell.start for cell in cells
    ]
    kinds = set()
    for row in rows:
        for place, name in enumerate(("forward", "backward")):
            inside = [
                (q, q.numbers[place], chosen(q, held, name, busy(q)))
                for q in made
                if row["start_utc"] <= q.start < row["end_utc"]
            ]
            assert_cell(row, name, worked_out(inside))
        assert row["raw_forward"] == (
            sum(q.numbers[0] for q, _, _ in inside) if any(q.observed_ms for q, _, _ in inside) else None
        )
        kinds.add(row["numbers"])
    assert {"quarter": {"corrected", "raw", None}, "hour": {"corrected", "partly", "raw"}, "day": {"partly"}}[
        bucket
    ] <= kinds


def busy(q: Quarter) -> Fraction:
    return Fraction(sum(q.numbers) * 60_000, q.observed_ms) if q.observed_ms else Fraction(10**9)


def test_sums_over_lines(hall: Hall) -> None:
    """Entries to the site: forward over the gate and the back door, which is corrected by calibrations of its own."""
    for line in ("gate", "back"):
        put_line(hall, line, [Quarter(q.start, 1, 0, q.numbers, 900_000) for q in quarters(line, 2)])
    hall.counted_line()
    plain = [factor("forward", 1.1), factor("backward", 0.9)]
    hall.calibration(plain, kind="crossings", line="gate", **{"from": START})
    hall.counting_rounds.clear()
    before = hall.place.ask("select * from reading.corrected_sums('hall', 'site', 'day', %s, %s)", *SPAN)
    assert [(row["numbers"], row["inward_low"]) for row in before] == [("partly", None)] * 3
    hall.counted_line("back")
    hall.calibration(
        [factor("forward", 1.4), factor("backward", 1.3)], kind="crossings", line="back", **{"from": START}
    )
    for of, names in (("site", [None]), ("space", ["hall"]), ("border", ["gate", "back"])):
        rows = hall.place.ask("select * from reading.corrected_sums('hall', %s, 'day', %s, %s)", of, *SPAN)
        lines = hall.place.ask("select * from reading.corrected_line_flow('hall', 'day', %s, %s)", *SPAN)
        assert sorted({str(row["part"]) for row in rows}) == sorted(map(str, names))
        for row in rows:
            now = [line for line in lines if line["start_utc"] == row["start_utc"]]
            here = [line for line in now if of != "border" or line["line"] == row["part"]]
            # Whoever comes in by the back door passes its line backward.
            ways = ["backward" if line["line"] == "back" and of != "border" else "forward" for line in here]
            given = list(zip(here, ways, strict=True))
            assert row["inward"] == sum(line[way] for line, way in given)
            below = sqrt(sum(float(line[way] - line[f"{way}_low"]) ** 2 for line, way in given))
            above = sqrt(sum(float(line[f"{way}_high"] - line[way]) ** 2 for line, way in given))
            assert float(row["inward_low"]) == pytest.approx(float(row["inward"]) - below, abs=1e-6)
            assert float(row["inward_high"]) == pytest.approx(float(row["inward"]) + above, abs=1e-6)
            assert row["raw_inward"] == sum(line[f"raw_{way}"] for line, way in given)
            assert row["numbers"] == "corrected"
            assert row["corrected_by"] == sorted(n for line in here for n in line["corrected_by"])


@pytest.mark.parametrize("bucket", ["hour", "day"])
def test_presence(hall: Hall, bucket: str) -> None:
    made = quarters("bench", 1)
    for q in made:
        hall.run(
            "insert into platspuls.zone_quarter select zone_id, %s, %s, 0, 0, 0, 0, %s, 1, %s, 32767, %s "
            "from platspuls.zone where key = 'bench'",
            *(q.start, q.setup, q.numbers[0], q.observed_ms, q.flags),
        )
    hall.counted_zone("presence")
    strata = [factor("presence", 1.25, busy=True), factor("presence", 1.125, busy=False)]
    bench = {"kind": "presence", "zone": "bench", "from": START + timedelta(hours=5)}
    number = hall.calibration(strata, **bench, strata="crowd", busy_from=0.5)
    held = [Held(number, START + timedelta(hours=5), None, strata, Fraction("0.5"))]
    rows = hall.place.ask("select * from reading.corrected_zone_flow('hall', %s, %s, %s)", bucket, *SPAN)
    for row in rows:
        inside = [
            (q, q.numbers[0], chosen(q, held, "presence", mean_number(q)))
            for q in made
            if row["start_utc"] <= q.start < row["end_utc"]
        ]
        assert_cell(row, "presence_s", worked_out(inside))


def mean_number(q: Quarter) -> Fraction:
    return Fraction(q.numbers[0] * 1000, q.observed_ms) if q.observed_ms else Fraction(10**9)


def test_stays(hall: Hall) -> None:
    """Six hours, the last three of them dark, each with its own number of visits; corrected from the second hour on."""
    dice = chance("stays")
    made: list[tuple[datetime, int, list[int]]] = []
    for n in range(24):
        complete = [dice.randrange(6) for _ in range(BINS)]
        made.append((START + n * QUARTER, DARK if n >= 12 else 0, complete))
        hall.place.dwells("bench", Dwelt(made[-1][0], complete), flags=made[-1][1])
        hall.place.occupies("bench", made[-1][0], [0, 0, 0, 0, 100, 1])
    hall.place.dwells(
        "bench", *(Dwelt(START - n * QUARTER) for n in range(1, 4))
    )  # else what follows is near an outage
    for n in range(6):
        at = START - DAY + n * 8 * QUARTER
        hall.place.dwells("bench", *(Dwelt(at + m * QUARTER, [1] * BINS) for m in range(4)))
        hand = {"complete": [1] * BINS, "known_s": None}
        hall.counting_round(**{"kind": "stays", "zone": "bench", "from": at, "to": at + 4 * QUARTER}, hand=hand)
    strata = [factor("stays", 1.2, dark=True), factor("stays", 0.8, dark=False)]
    bench = {"kind": "stays", "zone": "bench", "threshold_s": 60, "from": START + 4 * QUARTER}
    hall.calibration(strata, **bench, strata="light")
    span = (START, START + 24 * QUARTER)
    [whole] = hall.place.ask("select * from reading.corrected_zone_dwell('hall', 'month', %s, %s, 60)", *span)
    raw = sum(sum(complete[7:]) for _, _, complete in made)
    weights = [sum(complete) for _, _, complete in made]
    by_light = [sum(weights[:4]), sum(weights[4:12]), sum(weights[12:])]
    mean = (by_light[0] + Fraction("0.8") * by_light[1] + Fraction("1.2") * by_light[2]) / sum(weights)
    assert float(whole["stays"]) == pytest.approx(float(raw * mean), rel=1e-9)
    assert float(whole["share"]) == pytest.approx(float(raw * mean / sum(weights)), rel=1e-9)
    assert (whole["raw_stays"], whole["numbers"], whole["stays_low"]) == (raw, "partly", None)
    hours = hall.place.ask("select * from reading.corrected_zone_dwell('hall', 'hour', %s, %s, 60) order by 2", *span)
    assert [row["numbers"] for row in hours] == ["raw"] + ["corrected"] * 5
    for row, (_, group) in zip(hours[3:], groupby(made[12:], lambda given: given[0].hour), strict=True):
        given = [complete for _, _, complete in group]
        stays, entered = sum(sum(complete[7:]) for complete in given), sum(map(sum, given))
        assert float(row["stays"]) == pytest.approx(1.2 * stays)
        assert float(row["stays_low"]) == pytest.approx(1.1 * stays)
        assert float(row["stays_high"]) == pytest.approx(min(1.4 * stays, entered))
    [other] = hall.place.ask("select * from reading.corrected_zone_dwell('hall', 'month', %s, %s, 120)", *span)
    assert (other["numbers"], other["stays"]) == ("raw", other["raw_stays"])


def test_stays_between_wide_bounds_are_corrected_and_say_so(hall: Hall) -> None:
    """Half were lost from sight below the threshold: nobody knows whether they stayed."""
    hall.place.dwells("bench", *(Dwelt(START + n * QUARTER, bins(b8=10), bins(b0=10)) for n in range(-4, 8)))
    span = (START, START + 4 * QUARTER)
    [row] = hall.place.ask("select * from reading.corrected_zone_dwell('hall', 'hour', %s, %s, 60)", *span)
    assert (row["wide"], row["entered"], row["raw_stays"]) == (True, 80, 80)
    assert (row["raw_stays_low"], row["raw_stays_high"]) == (40, 80)
    assert (row["numbers"], row["stays"], row["share"], row["stays_low"]) == ("raw", 80, 1, None)


def test_withdrawing_gives_the_raw_numbers_back_and_raises_the_version_of_the_days(hall: Hall) -> None:
    put_line(hall, "gate", quarters("gate", 2))
    for days in (-3, 0, 1, 5):
        day = (START + days * DAY).date()
        hall.run("insert into platspuls.data_version select max(device_id), %s from platspuls.device", day)
    hall.counted_line()
    query = "select * from reading.corrected_line_flow('hall', 'hour', %s, %s) order by line, start_utc"
    before = hall.place.ask(query, *SPAN)
    both = [factor("forward", 1.1), factor("backward", 0.9)]
    number = hall.calibration(both, kind="crossings", line="gate", **{"from": START, "to": START + 2 * DAY})
    versions = "select day, version from platspuls.data_version order by day"
    assert [version for _, version in hall.database.execute(versions.encode())] == [1, 2, 2, 1]
    assert hall.place.ask(query, *SPAN) != before
    hall.run("select writing.calibration_withdraw('x', 'hall', %s, 'moved')", number)
    assert hall.place.ask(query, *SPAN) == before
    assert [version for _, version in hall.database.execute(versions.encode())] == [1, 3, 3, 1]
    assert all(row["forward"] == row["raw_forward"] for row in before)


def excluded(hall: Hall, start: datetime, end: datetime, **part: str) -> None:
    given = {
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
        "reason": "works",
        "result_seen": False,
        **part,
    }
    hall.run("select writing.exclusion_create('cli:test', 'hall', %s)", json.dumps(given))


def test_excluded_time_is_unobserved_in_corrected_numbers_alone(hall: Hall) -> None:
    for line in ("gate", "back"):
        hall.place.passes(line, *(Passed(START + n * QUARTER, 10, 20) for n in range(8)))
    hall.place.dwells("bench", *(Dwelt(START + n * QUARTER, [1] * BINS) for n in range(-4, 8)))
    for n in range(8):
        hall.place.occupies("bench", START + n * QUARTER, [0, 0, 0, 0, 900, 3])
    hall.counted_line()
    both = [factor("forward", 1.5), factor("backward", 1.5)]
    hall.calibration(both, kind="crossings", line="gate", **{"from": START})
    excluded(hall, START + timedelta(minutes=20), START + timedelta(minutes=25), line="gate")
    excluded(hall, START + 4 * QUARTER, START + 8 * QUARTER, zone="bench")
    span = (START, START + 8 * QUARTER)
    first, second = hall.place.ask(
        "select * from reading.corrected_line_flow('hall', 'hour', %s, %s, 'all', '{gate}') order by 2", *span
    )
    assert (first["forward"], first["raw_forward"], first["excluded_ms"], first["coverage"]) == (45, 40, 900_000, 0.75)
    assert (second["forward"], second["excluded_ms"], second["numbers"]) == (60, 0, "corrected")
    flow = "select * from reading.corrected_zone_flow('hall', 'hour', %s, %s) order by 2"
    assert [row["presence_s"] for row in hall.place.ask(flow, *span)] == [3600, None]
    dwell = "select * from reading.corrected_zone_dwell('hall', 'hour', %s, %s, 60) order by 2"
    assert [row["stays"] for row in hall.place.ask(dwell, *span)] == [68, None]
    excluded(hall, START, START + 8 * QUARTER, space="hall")
    rows = hall.place.ask("select * from reading.corrected_sums('hall', 'site', 'hour', %s, %s)", *span)
    assert [(row["inward"], row["coverage"]) for row in rows] == [(None, 0)] * 2
