"""Sums are what quarter-hours say, and these what facts say: whatever comes late, changes, moves or is asked for."""

import pytest

from ingest.batch.writer import BatchWriter
from store.database import connect
from tests.store.reading.outages_by_hand import outages, outages_by_hand
from tests.store.reading.place import QUARTER
from tests.store.reading.sum_worlds import SumWorld, quarter_of
from tests.support.properties import worlds

pytestmark = [pytest.mark.chain, pytest.mark.simulation]


@pytest.mark.parametrize(
    "seed", [*worlds(range(2)), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(2, 9))]
)
def test_answers_with_sums_are_those_of_quarter_hours_and_facts(database_url: str, seed: int) -> None:
    with (
        connect(database_url, application="test", autocommit=True) as database,
        connect(database_url, application="writer", autocommit=True) as writing,
    ):
        world = SumWorld(database, BatchWriter(writing), seed)
        world.play()
        assert world.summed_share() > 0.1
        questions = list(world.questions(2))
        assert [difference for question in questions for difference in world.differences(question)] == []
        for question in questions:
            # As the API asks. Outages are looked for in the hours alone that lack a tenth of a quarter-hour or more.
            asked = (question.bucket, quarter_of(question.start), quarter_of(question.end) + QUARTER, question.hours)
            assert outages(database, *asked) == outages_by_hand(database, *asked), asked
