"""The numbers of the newer dashboards, worked out by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.dashboards.asking import EVERYTHING, QUARTER, SINGLE, Reader, longer
from tests.dashboards.macros import Range
from tests.dashboards.walk import ALL

pytestmark = pytest.mark.chain


def test_phases_lie_beside_each_other(seeded: Reader) -> None:
    """Three people in the zones that may be added, and two of six who came in stayed; of the piano's half were lost."""
    rows = phases(seeded)
    assert [(row["phase"], row["compared"]) for row in rows] == [("before", "baseline"), ("after", "follow_up")]
    assert rows[0]["ends_at"] == rows[1]["starts_at"]
    hours = seeded.ask("evaluation/phase_hours", EVERYTHING)
    assert {value for row in hours.rows for value in row[1:] if value is not None} == {3}
    stays = seeded.ask("evaluation/phase_stays", EVERYTHING)
    assert {value for row in stays.rows for value in row[1:]} == {Decimal("0.3333")}
    assert stays.column("zone") == ["The benches", "The piano *", "The stage"]


def test_the_share_of_a_phase_is_of_all_its_visits_put_together(seeded: Reader) -> None:
    """Of hours in which many were lost as of the others: none is left out for its bounds."""
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.zone_dwell set complete_08 = 20, cut_00 = 9 "
            b"where extract(hour from start)::integer % 2 = 0 and zone_id = ("
            b"select zone_id from platspuls.zone join platspuls.site using (site_id) "
            b"where zone.key = 'stage' and site.key = 'torget')"
        )
        [(_, found, _)] = [row for row in seeded.ask("evaluation/phase_stays", EVERYTHING).rows if "stage" in row[0]]
        [(used,)] = seeded.database.execute(
            b"select array_agg((coverage >= 0.9)::integer order by dwell.start_utc) from reading.phase "
            b"cross join lateral reading.zone_dwell('torget', 'day', starts_at, ends_at, 60, 'all', array['stage']) "
            b"as dwell where phase.site = 'torget' and phase.phase = 'before'"
        ).fetchall()
        [(short, long_, lost, share)] = seeded.database.execute(
            b"select sum(complete_02), sum(complete_08), sum(cut_00), min(answer.share) "
            b"from reading.phase "
            b"cross join lateral reading.pooled_zone_dwell('torget', 'day', starts_at, ends_at, 60, 'all', "
            b"array['stage'], %s::integer[]) as answer "
            b"join platspuls.zone_dwell using (zone_id) "
            b"where phase.site = 'torget' and phase.phase = 'before' and zone_dwell.start >= starts_at "
            b"and zone_dwell.start < ends_at",
            (used,),
        ).fetchall()
    assert found == share
    outlasting = 1 - Decimal(short) / (short + long_)
    assert float(found) == pytest.approx(float(outlasting), abs=0.05)
    assert lost > 0


def phases(reader: Reader) -> list[dict[str, Any]]:
    answer = reader.ask("evaluation/phase_table", EVERYTHING)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_means_of_days_are_of_whole_days(seeded: Reader) -> None:
    """Six entries a quarter-hour, all day; a phase that began this afternoon, or a day that goes on, has fewer."""
    clock = ZoneInfo("Europe/Stockholm")
    with seeded.database.transaction(force_rollback=True):
        longer(seeded)
        rows, weekdays = phases(seeded), seeded.ask("evaluation/phase_weekdays", EVERYTHING)
        days = seeded.ask("evaluation/days", EVERYTHING, during=Range(seeded.base - timedelta(days=3), seeded.base))
    for row, start in zip(rows, (-6, -3), strict=True):
        first = (seeded.base + timedelta(days=start)).astimezone(clock)
        inside = first.date() + timedelta(days=first.timetz() != time.min.replace(tzinfo=clock))
        midnights = [datetime.combine(inside + timedelta(days=n), time.min, clock).astimezone(UTC) for n in range(4)]
        last = row["ends_at"]
        whole = [(end - begin) / QUARTER for begin, end in pairwise(midnights) if end <= last]
        assert (row["entry_days"], row["entry_days_used"], row["presence_days"]) == (len(whole),) * 3
        assert float(row["entries_a_day"]) == pytest.approx(6 * sum(whole) / len(whole), abs=0.1)
        assert row["present"] == 3
    assert all(value is None or value >= 6 * 92 for row in weekdays.rows for value in row[1:])
    today = datetime.combine(datetime.now(clock).date(), time.min, clock)
    is_over = [start < today for start in days.column("time")]
    assert is_over[:3] == [True] * 3
    assert [value is not None and value >= 6 * 92 for value in days.column("entries")] == is_over
    assert [value is not None for value in days.column("person_hours")] == is_over


@pytest.mark.parametrize("bucket", ["hour", "day"])
@pytest.mark.parametrize("name", ["live-flow/site_flow", "live-flow/border_flow", "space/flow", "space/zone_stays",
                                  "space/zone_dwell"])  # fmt: skip
def test_the_step_that_goes_on_is_in_no_chart_of_counts(seeded: Reader, name: str, bucket: str) -> None:
    """The class: a bar of a part of an hour or a day beside whole ones, which looks like a fall."""
    clock = ZoneInfo("Europe/Stockholm")
    length = timedelta(hours=1) if bucket == "hour" else timedelta(days=1)
    during = Range(seeded.base - timedelta(days=3), seeded.base + QUARTER)
    steps = set(seeded.ask(name, {**EVERYTHING, "bucket": bucket}, during=during).column("time"))
    assert len(steps) >= 2
    assert all(start.astimezone(clock) + length <= datetime.now(clock) for start in steps)


def test_a_phase_that_is_not_chosen_is_in_no_comparison(seeded: Reader) -> None:
    choice = {**EVERYTHING, "baseline": "none", "follow_up": "after"}
    with seeded.database.transaction(force_rollback=True):
        longer(seeded)
        for name in ("phase_hours", "phase_weekdays", "phase_stays", "phase_coverage"):
            answer = seeded.ask(f"evaluation/{name}", choice)
            assert set(answer.column("baseline")) == {None}
            assert any(value is not None for value in answer.column("follow_up"))


def test_coverage_of_phases_is_of_lines_and_zones(seeded: Reader) -> None:
    answer = seeded.ask("evaluation/phase_coverage", EVERYTHING)
    by_place = {row[0]: row[2:4] for row in answer.rows}
    assert by_place["The gate"] == (1, 1)
    assert by_place["The passage"][0] == 1
    assert by_place["The passage"][1] < Decimal("0.9")
    assert by_place["The piano"][1] < Decimal("0.9")
    assert set(answer.column("definition")) == {"older"}
    with seeded.database.transaction(force_rollback=True):
        values = b"(values ('older', 0), ('newer', 1)) as given (key, minor)"
        seeded.database.execute(
            b"insert into platspuls.setup (device_id, key, minor) "
            b"select (select min(device_id) from platspuls.device), key, minor from " + values
        )
        seeded.database.execute(
            b"update platspuls.line_quarter set setup_id = (select setup_id from platspuls.setup where key = 'newer') "
            b"where extract(minute from start) < 30"
        )
        changed = seeded.ask("evaluation/phase_coverage", EVERYTHING)
        assert set(zip(changed.column("kind"), changed.column("definition"), strict=True)) == {
            ("line", "two"),
            ("zone", "older"),
        }


def test_activities_of_the_chosen_spaces_and_of_the_whole_site(seeded: Reader) -> None:
    rows = seeded.ask("marks/activities", SINGLE).rows
    assert [row[2] for row in rows] == ["Cleaning day", "The hall: O'Haras's choir"]
    assert rows[1][0] == seeded.base - timedelta(hours=3)


def test_an_outage_of_a_zone_is_one_annotation(seeded: Reader) -> None:
    [row] = seeded.ask("marks/zone_outages", EVERYTHING).rows
    assert row[2] == "The piano"
    assert timedelta(hours=2) <= row[1] - row[0] <= timedelta(hours=3)


def test_clocks_and_outboxes_of_devices_that_can_tell(seeded: Reader) -> None:
    assert seeded.ask("delivery/clock_offsets", EVERYTHING).rows == [("The camera", 40)]
    assert {tuple(row) for row in seeded.ask("delivery/outboxes", EVERYTHING).rows} == {
        ("The camera", 2),
        ("The beam", 2),
    }


def test_rejects_of_unknown_sites_are_with_each_site(seeded: Reader) -> None:
    assert sum(seeded.ask("delivery/rejects_over_time", EVERYTHING).column("rejects")) == 2
    assert sum(seeded.ask("delivery/rejects", EVERYTHING).column("times")) == 5
    assert seeded.ask("delivery/held", EVERYTHING).column("cause") == ["unknown_device", "unknown_site"]


def month_of_kiosk(reader: Reader) -> str:
    """Return the month in which the kiosk was in use: the one before that of when it was seeded."""
    found = reader.database.execute(
        b"select to_char(lower(commissioned), 'YYYY-MM') from platspuls.line where key = 'hatch'"
    ).fetchone()
    assert found
    return str(found[0])


def kiosk(reader: Reader) -> tuple[Sequence[Any], dict[str, Sequence[Any]]]:
    """Return what the overview shows of the kiosk: its month, and its zones."""
    [month] = [row for row in reader.ask("overview/table", EVERYTHING).rows if row[0] == "The kiosk"]
    zones = {row[1]: row[3:] for row in reader.ask("overview/dwell", EVERYTHING).rows if row[0] == "The kiosk"}
    return month[1:], zones


def nobody_in(reader: Reader, zone: str) -> None:
    for change in ("zone_quarter set entries = 0, presence_s = 0", "zone_dwell set complete_13 = 0"):
        sql = f"update platspuls.{change} where zone_id = (select zone_id from platspuls.zone where key = %s)"  # noqa: S608 - words of ours
        reader.database.execute(sql.encode(), (zone,))


def test_the_overview_withholds_what_few_visits_would_tell(seeded: Reader) -> None:
    """The kiosk's counter had a visit each quarter-hour of two days, its corner three of them.

    With the presence of both together and that of the counter, which the API shows, the corner's would be known.
    """
    month, zones = kiosk(seeded)
    assert month == (month_of_kiosk(seeded), 192, "shown", 1, None, "suppressed", 1)
    assert zones["The counter"][:3] == (60, 192, 1)
    assert zones["The counter"][4:] == ("shown", 1)
    assert zones["The corner"] == (60, None, None, None, "suppressed", 1)


def test_the_overview_withholds_a_share_that_tells_of_few(seeded: Reader) -> None:
    """All of the counter's visitors stayed: shown. Where one to four didn't, the visits are, and not the share."""
    for left, expected in (
        (0, (192, 1, "shown")),
        (3, (195, None, "suppressed")),
        (5, (197, Decimal("0.9746"), "shown")),
    ):
        with seeded.database.transaction(force_rollback=True):
            seeded.database.execute(
                b"update platspuls.zone_dwell set complete_02 = %s where (zone_id, start) = ("
                b"select zone_id, min(start) from platspuls.zone_dwell join platspuls.zone using (zone_id) "
                b"where key = 'counter' group by zone_id)",
                (left,),
            )
            counter = kiosk(seeded)[1]["The counter"]
        assert (counter[1], counter[2], counter[4]) == expected
        assert (counter[3] is None) == (expected[2] == "suppressed")


def test_nobody_is_shown_as_nobody(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        nobody_in(seeded, "corner")
        month, zones = kiosk(seeded)
        assert month[4:] == (24, "shown", 1)
        assert zones["The corner"] == (60, 0, None, None, "shown", 1)
        nobody_in(seeded, "counter")
        assert kiosk(seeded)[0][4:] == (0, "shown", 1)


def test_presence_of_nobody_knows_how_many_is_withheld(seeded: Reader) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"delete from platspuls.zone_dwell where zone_id = "
            b"(select zone_id from platspuls.zone where key = 'corner')"
        )
        month, zones = kiosk(seeded)
        assert month[4:] == (None, "suppressed", 1)
        assert zones["The corner"][4:] == ("missing", 0)


def test_what_the_overview_withholds_the_api_withholds(seeded: Reader, api: httpx.Client) -> None:
    used = month_of_kiosk(seeded)
    answer = api.get(f"/api/v1/public/sites/kiosk/dwell/{used[:4]}")
    assert answer.status_code == 200, answer.text
    rows = {(row["name_en"], row["start_local"][:7]): row for row in answer.json()["rows"]}
    for zone, row in kiosk(seeded)[1].items():
        public = rows[zone, used]
        assert public["share_state"] == row[4]
        assert (public["visits"], public["share"]) == (row[1], float(row[2]) if row[2] is not None else None)


def test_the_public_role_reads_the_public_grid_and_nothing_else(seeded: Reader) -> None:
    for asked in ALL:
        if asked.where.startswith("overview."):
            assert seeded.run(asked.sql, role="platspuls_public").rows
    for sql in (
        "select * from reading.site",
        "select * from reading.zone_dwell('kiosk', 'quarter', now() - interval '40 days', now(), 60)",
        "select * from platspuls.site",
        "select * from reading.reject",
    ):
        with pytest.raises(Exception, match="permission denied"):
            seeded.run(sql, role="platspuls_public")
