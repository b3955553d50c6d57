"""The same request of a counting round again, after an answer that got lost: nothing is done twice."""

import json
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from store.database import connect
from tests.store.calibration.hall import MINUTE, START, Hall

pytestmark = pytest.mark.chain


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield Hall.made(database)


def test_a_counting_round_is_added_corrected_and_withdrawn_once(hall: Hall) -> None:
    add, change, withdraw = (str(uuid.uuid4()) for _ in range(3))
    ends = START + 30 * MINUTE
    counted = {
        "kind": "crossings", "line": "gate", "from": START.isoformat(), "to": ends.isoformat(), "counted_by": "AB",
        "hand": {"forward": 3, "backward": 4},
    }  # fmt: skip
    origin = json.dumps({"entered_at": ends.isoformat(), "entered_via": "offline", "entered_skew_s": 2})
    given = (
        "select writing.counting_round_add(%s, 'hall', %s, %s, %s)",
        "login:7 Anna",
        json.dumps(counted),
        add,
        origin,
    )
    number = hall.run(*given)
    assert hall.run(given[0], "login:9 Anna", *given[2:]) == number
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="by somebody else"):
        hall.run(given[0], "login:9 Bo", *given[2:])
    corrected = "select writing.counting_round_change('x', 'hall', %s, 1, %s, %s, %s)"
    for _ in range(2):
        assert hall.run(corrected, number, '{"note": "regn"}', change, origin) == number
    [row] = hall.place.ask("select * from reading.counting_round where counting_round_id = %s", number)
    assert (row["version"], row["note"], row["entered_via"], row["entered_at"]) == (2, "regn", "offline", ends)
    assert (row["late"], row["clock_unsure"]) == (False, False)
    for _ in range(2):
        assert (
            hall.run("select writing.counting_round_withdraw('x', 'hall', %s, 'why', %s)", number, withdraw) == number
        )
    assert hall.run("select count(*) from platspuls.audit where entity = 'calibration_session'") == 3
