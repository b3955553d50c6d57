"""Counting rounds and calibrations over HTTP: kept, worked out, applied, withdrawn; refused in words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from platspuls_client import Client, ConflictError, InvalidQueryError, NotFoundError, VersionConflictError, models
from store.database import connect
from tests.api.serving import serving
from tests.store.calibration.hall import MINUTE, START, Hall
from tests.store.reading.place import QUARTER, Passed

pytestmark = pytest.mark.chain

HERE = "/api/v1/sites/hall"
COUNTS = [(10, 11), (20, 24), (30, 33), (15, 15), (25, 28), (40, 46)]


@pytest.fixture
def client(database_url: str) -> Iterator[httpx.Client]:
    with connect(database_url, application="test", autocommit=True) as database:
        hall = Hall.made(database)
        for number, (body, _) in enumerate(COUNTS):
            hall.line_facts("gate", START + number * 4 * QUARTER, [(body, body)] * 30)
        hall.place.passes("gate", *(Passed(START + timedelta(days=1) + n * QUARTER, 100, 200) for n in range(4)))
        # As ingest notes of each day of which it stores something: answers of a version are kept.
        database.execute(
            "insert into platspuls.data_version (device_id, day) select device_id, %s::date + days "
            "from platspuls.device, generate_series(0, 1) as days",
            (START,),
        )
    with serving(database_url) as client:
        yield client


def half_hour(number: int, **more: object) -> dict[str, Any]:
    start = START + number * 4 * QUARTER
    hand = {"forward": COUNTS[number][1] * 30, "backward": COUNTS[number][1] * 30}
    times = {"starts_at": start.isoformat(), "ends_at": (start + 30 * MINUTE).isoformat()}
    return {"kind": "crossings", "line": "gate", **times, "hand": hand, "counted_by": "AB", **more}


def posted(client: httpx.Client, path: str, body: object, status: int = 201) -> Any:  # noqa: ANN401  JSON is anything
    answer = client.post(f"{HERE}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def corrected(client: httpx.Client) -> list[Any]:
    day = (START + timedelta(days=1)).isoformat()
    asked = {"from": day, "to": (START + timedelta(days=1, hours=1)).isoformat(), "of": "line", "lines": "gate"}
    [row] = client.get(f"{HERE}/flow", params={**asked, "numbers": "corrected"}).json()["rows"]
    return [row["forward"], row["numbers"], row["corrected_by"]]


def test_counting_rounds_become_a_correction_and_leave_it(client: httpx.Client) -> None:
    kept = [posted(client, "counting-rounds", half_hour(number)) for number in range(6)]
    assert kept[0]["machine"] == {"forward": 300, "backward": 300}
    assert (kept[0]["setup"], kept[0]["entered_by"]) == ("one", "local")
    listed = client.get(f"{HERE}/counting-rounds").json()
    assert [row["counting_round"] for row in listed] == [row["counting_round"] for row in reversed(kept)]
    body = {
        "counting_rounds": [row["counting_round"] for row in kept],
        "starts_at": (START + timedelta(days=1)).isoformat(),
    }
    [forward, _] = posted(client, "calibrations/preview", body, 200)[::-1]
    assert (forward["measure"], forward["factor"]) == ("backward", 1.121429)
    assert client.get(f"{HERE}/calibrations").json() == []
    made = posted(client, "calibrations", {**body, "together": True, "note": "nollmätning"})
    assert (made["line"], made["setup"], made["ends_at"], made["counting_rounds"]) == (
        "gate",
        "one",
        None,
        body["counting_rounds"],
    )
    assert [factor["measure"] for factor in made["factors"]] == ["backward", "forward"]
    assert client.get(f"{HERE}/calibrations/{made['calibration']}").json() == made
    assert corrected(client) == [pytest.approx(448.6), "corrected", [str(made["calibration"])]]
    assert client.delete(f"{HERE}/counting-rounds/{kept[0]['counting_round']}?reason=wrong").status_code == 409
    gone = client.delete(f"{HERE}/calibrations/{made['calibration']}", params={"reason": "kameran flyttad"})
    assert gone.status_code == 204
    assert corrected(client) == [400.0, "raw", []]
    [row] = client.get(f"{HERE}/calibrations").json()
    assert (row["withdrawn_reason"], row["withdrawn_by"]) == ("kameran flyttad", "local")
    assert client.delete(f"{HERE}/counting-rounds/{kept[0]['counting_round']}?reason=wrong").status_code == 204


def test_the_python_client_calibrates_too(client: httpx.Client) -> None:
    with Client(str(client.base_url)) as typed:
        rounds = [typed.calibrations.add_round("hall", by_hand(number)) for number in range(6)]
        with pytest.raises((ConflictError, InvalidQueryError), match="counted"):
            typed.calibrations.add_round("hall", by_hand(0))
        day = START + timedelta(days=1)
        numbers = [one.counting_round for one in rounds]
        fields = models.CalibrationFields(counting_rounds=numbers, starts_at=day, together=True)
        factors = typed.calibrations.preview("hall", fields)
        made = typed.calibrations.add("hall", fields)
        assert sorted(made.factors, key=str) == sorted(factors, key=str)
        assert list(typed.calibrations.records("hall")) == [typed.calibrations.record("hall", made.calibration)]
        [row] = typed.corrected.line_flow("hall", day, day + timedelta(hours=1), lines=["gate"])
        assert (row.forward, row.numbers) == (pytest.approx(448.6), "corrected")
        with pytest.raises(ConflictError):
            typed.calibrations.withdraw_round("hall", numbers[0], "used")
        typed.calibrations.withdraw("hall", made.calibration, "Prov")
        typed.calibrations.withdraw_round("hall", numbers[0], "Prov")
        assert list(typed.calibrations.rounds("hall").frame()["withdrawn_reason"].dropna()) == ["Prov"]
        with pytest.raises(NotFoundError):
            typed.answer_anomaly("hall", 1, models.AnomalyAnswer(version=0, answer="accept"))


def test_a_counting_round_of_a_five_minute_counter_is_kept_compared_and_corrected(
    client: httpx.Client, database_url: str
) -> None:
    start = START + 2 * MINUTE
    minutes = {"forward": [2] * 18, "backward": [0] * 18}
    times = {"starts_at": start.isoformat(), "ends_at": (start + 18 * MINUTE).isoformat()}
    given = {"kind": "crossings", "line": "back", **times, "hand_minutes": minutes, "counted_by": "AB"}
    kept = posted(client, "counting-rounds", given)
    here = f"{HERE}/counting-rounds/{kept['counting_round']}"
    assert (kept["state"], kept["hand"]) == ("waiting", {"forward": 36, "backward": 0})
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute(
            "insert into platspuls.line_flow "
            "select line_id, %s + n * interval '5 minutes', 300, 1, 1, 1, 9, 1, 9, 1, 300000, 0 "
            "from platspuls.line, generate_series(0, 3) as n where key = 'back'",
            (START,),
        )
    shown = client.get(here)
    assert shown.headers["ETag"] == '"1"'
    row = shown.json()
    assert (row["state"], row["reason"], row["compared_hand"]) == (
        "compared",
        "cuts_periods",
        {"forward": 30, "backward": 0},
    )
    with Client(str(client.base_url)) as typed:
        number = kept["counting_round"]
        assert typed.calibrations.round_record("hall", number).machine == {"forward": 27, "backward": 3}
        change = models.CountingRoundChange(
            note="regn", hand_minutes=models.CrossingMinutes(forward=[3] * 18, backward=[0] * 18)
        )
        row = typed.calibrations.change_round("hall", number, 1, change)
        assert (row.note, row.hand, row.compared_hand) == (
            "regn",
            {"forward": 54, "backward": 0},
            {"forward": 45, "backward": 0},
        )
        with pytest.raises(VersionConflictError):
            typed.calibrations.change_round("hall", number, 1, change)
        assert [one.action for one in typed.calibrations.round_history("hall", number)] == ["change", "add"]
        assert [one.counting_round for one in typed.calibrations.rounds("hall", mine=True)] == [number]
    assert client.patch(here, json={"note": "x"}).status_code == 428
    assert client.get(f"{HERE}/counting-rounds/999/history").status_code == 404


def by_hand(number: int) -> models.CountingRoundFields:
    start = START + number * 4 * QUARTER
    hand = models.Crossings(forward=COUNTS[number][1] * 30, backward=COUNTS[number][1] * 30)
    return models.CountingRoundFields(
        kind="crossings", line="gate", starts_at=start, ends_at=start + 30 * MINUTE, hand=hand, counted_by="AB"
    )


def test_what_is_wrong_is_refused(client: httpx.Client) -> None:
    def said(body: object, path: str = "counting-rounds", status: int = 422) -> str:
        return str(posted(client, path, body, status)["detail"])

    assert "looks is unknown: hand has forward" in said(half_hour(0, hand={"looks": 3, "present": 4}))
    assert "hand" in said(half_hour(0, hand={"forward": -1, "backward": 2}))
    waiting = posted(client, "counting-rounds", {**half_hour(0), "line": "back"})
    assert (waiting["state"], waiting["reason"], waiting["machine"]) == ("waiting", "no_records", None)
    assert said({**half_hour(0), "line": "moon"}, status=404) == "site hall has no line moon"
    posted(client, "counting-rounds", half_hour(0))
    assert "counted by hand here already" in said(half_hour(0), status=409)
    calibration = {"counting_rounds": [1, 2, 3, 4, 5, 6], "starts_at": START.isoformat()}
    assert said(calibration, "calibrations") == "counting_rounds 3, 4, 5, 6: there are none with these numbers"
    for number in range(1, 5):
        posted(client, "counting-rounds", half_hour(number))
    sentence = "counting_rounds 1 (no_records): they aren't compared with the counter"
    assert said(calibration, "calibrations") == sentence
    assert client.get(f"{HERE}/calibrations/7").status_code == 404
    assert client.delete(f"{HERE}/calibrations/7?reason=x").status_code == 404
