"""Manual counts by plan, and of several people together, over HTTP and by the client."""

from datetime import datetime
from pathlib import Path

import pytest

from platspuls_client import Client, InvalidQueryError, models
from store.database import connect
from store.registry.apply import apply
from tests.api.serving import serving
from tests.store.registry.example import example, loaded
from tests.store.writing.staff import GIVEN, SITE

pytestmark = pytest.mark.chain


def test_a_plan_is_made_counted_by_two_and_read(database_url: str, tmp_path: Path) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
    with serving(database_url) as http, Client(str(http.base_url)) as client:
        logs = client.logbook
        plan = logs.round_plans.create(SITE, models.RoundPlanFields(**GIVEN["round_plan"]))
        assert len(plan.slots) == 8
        slots = list(logs.round_slots(SITE, "2026-10-01", "2026-11-01"))
        assert [(one.slot, one.plan, one.state) for one in slots] == [
            (drawn.slot, plan.round_plan_id, "missed") for drawn in plan.slots
        ]
        assert list(logs.round_slots(SITE, "2026-11-02")) == []
        first = slots[0]
        times = {"starts_at": first.starts_at, "ends_at": first.ends_at, "zone": "bankarna"}
        tallies = [models.ManualTally(age="65+", count=2)]
        for code in ("K7PX", "k7px"):
            fields = models.ManualCountFields(**times, joint=code, planned_round=first.slot, tallies=tallies)
            logs.manual_counts.create(SITE, fields)
        [done] = [one for one in logs.round_slots(SITE) if one.state == "done"]
        [joint] = logs.joint_counts(SITE, joint="k7pX")
        assert (done.slot, done.counts) == (first.slot, joint.manual_counts)
        assert (joint.total, joint.joint, [tally.count for tally in joint.tallies or []]) == (4, "K7PX", [4])
        [row] = [one for one in client.log.slots(SITE) if one.slot == first.slot]
        assert datetime.fromisoformat(str(row.starts_at)) == first.starts_at
        renamed = logs.round_plans.change(plan, models.RoundPlanChange(name="Vintern"))
        assert (renamed.name, renamed.slots) == ("Vintern", plan.slots)
        answer = http.patch(f"/api/v1/sites/{SITE}/round-plans/{plan.round_plan_id}?version=2", json={"seed": 3})
        assert (answer.status_code, "seed" in answer.text) == (422, True)
        with pytest.raises(InvalidQueryError, match="planned_round 4711"):
            logs.manual_counts.create(SITE, models.ManualCountFields(**times, planned_round=4711, tallies=tallies))
