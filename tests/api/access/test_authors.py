"""Who wrote is named to administrators alone, at every address: one that does tells whose a pseudonym is."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.access.roles import ROLES_WITH, Role
from store.database import connect
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.api.access.conftest import SITE
from tests.api.access.grants import bearer, new_key
from tests.api.access.test_excluded_anomalies import FOUND
from tests.api.access.test_matrix import ruled

pytestmark = pytest.mark.chain

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)
COUNTED = """
with made as (
  insert into platspuls.setup (device_id, key)
  select device_id, 'one' from platspuls.device join platspuls.site using (site_id)
  where site.key = %(site)s order by device_id limit 1
  returning setup_id
), place as (
  select made.setup_id, line.site_id, line.line_id
  from made, platspuls.line join platspuls.site using (site_id) where site.key = %(site)s order by line_id limit 1
), round as (
  insert into platspuls.calibration_session (
    site_id, kind, line_id, setup_id, during, compared, hand, machine, observed_ms, dark, busy, counted_by,
    entered_by, changed_at, changed_by, withdrawn_at, withdrawn_by, withdrawn_reason
  )
  select site_id, 'crossings', line_id, setup_id, %(during)s, %(during)s, '{}', '{}', 0, false, 0, 'AB', 'key:desk',
    now(), 'login:7 Anna', now(), 'login:7 Anna', 'x'
  from place
), corrected as (
  insert into platspuls.calibration (
    site_id, kind, line_id, setup_id, during, strata, method, created_by, withdrawn_at, withdrawn_by, withdrawn_reason
  )
  select site_id, 'crossings', line_id, setup_id, %(during)s, 'none', 'x', 'key:desk', now(), 'login:7 Anna', 'x'
  from place
  returning calibration_id
)
insert into platspuls.calibration_factor (
  calibration_id, measure, factor, low, high, sessions, hand, machine, spread
)
select calibration_id, 'forward', 1, 1, 1, 6, 1, 1, 0 from corrected
"""
NAMES = re.compile(r"key:|login:|cli:|Anna")


def test_no_address_names_authors_to_who_reads_pseudonyms(client: httpx.Client, place: str) -> None:
    tokens = {role: bearer(new_key(place, "desk" if role is Role.STAFF else role, role, [SITE])) for role in Role}
    with connect(place, application="test", autocommit=True) as database:
        database.execute(FOUND.encode(), {"site": SITE, "at": AT})
        database.execute(COUNTED.encode(), {"site": SITE, "during": f"[{AT}, {AT + timedelta(hours=1)})"})
        import_weather(
            database, SITE, Measure.TEMPERATURE, [WeatherValue(AT, 7.5)], WeatherSource("smhi.csv", "cli:Anna")
        )
        for by in ("key:desk", "login:7 Anna"):
            database.execute("select writing.note_create(%s, %s, %s)", (by, SITE, '{"text": "x"}'))
    here = f"/api/v1/sites/{SITE}"
    [found] = client.get(f"{here}/anomalies", headers=tokens[Role.STAFF]).json()["anomalies"]
    out = {"version": 0, "answer": "exclude", "reason": "tejp", "result_seen": False}
    answer = f"{here}/anomalies/{found['anomaly_id']}/answer"
    assert client.post(answer, json=out, headers=tokens[Role.EVALUATOR]).status_code == 200
    again = {**tokens[Role.STAFF], "Idempotency-Key": "6f9619ff-8b86-d011-b42d-00cf4fc964ff"}
    note = client.post(f"{here}/notes", json={"text": "x"}, headers=again).json()
    where = f"{here}/notes/{note['note_id']}"
    client.patch(where, params={"version": 1}, json={"text": "y"}, headers=tokens[Role.ADMIN]).raise_for_status()
    repeated = client.post(f"{here}/notes", json={"text": "x"}, headers=again).json()
    assert (repeated["version"], repeated["written_by"]) == (1, "key:desk")  # their own words, and name
    named = {"anomalies", "counting-rounds", "calibrations", "weather/imports", "exclusions", "notes"}
    for part in named:
        assert NAMES.search(client.get(f"{here}/{part}", headers=tokens[Role.ADMIN]).text), part
    asked = 0
    for (method, path), rights in sorted(ruled().items()):
        last = path.removeprefix("/api/v1/sites/{site}/")
        if method != "GET" or last == path or "{" in last or "." in last or last.endswith("stream"):
            continue
        if all(Role.EVALUATOR in ROLES_WITH[right] for right in rights):
            for params in ({}, {"from": "2026-10-05", "to": "2026-10-06"}, {"since": "2026-10-05"}):
                one = client.get(f"{here}/{last}", params=params, headers=tokens[Role.EVALUATOR])
                if one.status_code == 200:
                    assert not NAMES.search(one.text), last
                    asked += 1
                    named -= {last}
                    break
    assert (asked > 30, named) == (True, set())
    [anomaly] = client.get(f"{here}/anomalies", headers=tokens[Role.STAFF]).json()["anomalies"]
    [exclusion] = client.get(f"{here}/exclusions", headers=tokens[Role.STAFF]).json()["records"]
    assert anomaly["written_by"] == exclusion["written_by"]
    assert re.fullmatch(r"author-[0-9a-f]{12}", anomaly["written_by"])
