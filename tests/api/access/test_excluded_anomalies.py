"""An exclusion is an evaluator's, also one that came of an anomaly: staff who answer anew don't take it back."""

from datetime import UTC, datetime

import httpx
import pytest

from api.access.roles import Role
from store.database import connect
from tests.api.access.conftest import SITE
from tests.api.access.grants import bearer, new_key

pytestmark = pytest.mark.chain

FOUND = """
insert into platspuls.anomaly (site_id, rule, line_id, starts_at, ends_at, measured)
select site_id, 'zero_run', line_id, %(at)s, %(at)s + interval '2 hours', 8
from platspuls.line join platspuls.site using (site_id) where site.key = %(site)s order by line_id limit 1
"""


def test_staff_leave_an_exclusion_as_it_is(client: httpx.Client, place: str) -> None:
    with connect(place, application="test", autocommit=True) as database:
        database.execute(FOUND.encode(), {"site": SITE, "at": datetime(2026, 10, 5, 8, tzinfo=UTC)})
    evaluator = bearer(new_key(place, "institute", Role.EVALUATOR, [SITE]))
    staff = bearer(new_key(place, "desk", Role.STAFF, [SITE]))
    [found] = client.get(f"/api/v1/sites/{SITE}/anomalies", headers=staff).json()["anomalies"]
    answer = f"/api/v1/sites/{SITE}/anomalies/{found['anomaly_id']}/answer"
    out = {"version": 0, "answer": "exclude", "reason": "tejp för linsen", "result_seen": False}
    assert client.post(answer, json=out, headers=staff).status_code == 403
    assert client.post(answer, json=out, headers=evaluator).status_code == 200
    back = {"version": 1, "answer": "explain", "reason": "ingen tejp"}
    refused = client.post(answer, json=back, headers=staff)
    assert (refused.status_code, "exclu" in refused.json()["detail"]) == (403, True)
    assert len(client.get(f"/api/v1/sites/{SITE}/exclusions", headers=staff).json()["records"]) == 1
    assert client.post(answer, json=back, headers=evaluator).json()["exclusion_id"] is None
    assert client.get(f"/api/v1/sites/{SITE}/exclusions", headers=staff).json()["records"] == []
