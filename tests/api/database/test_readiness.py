"""Readiness is said in time, whatever the database does, and looked up once for all who ask at once."""

import asyncio

import pytest

from api.database.readiness import Readiness
from api.errors import DatabaseUnavailableError


async def asked(readiness: Readiness, how_many: int) -> list[int | BaseException]:
    return await asyncio.gather(*(readiness.schema_version() for _ in range(how_many)), return_exceptions=True)


def test_a_database_that_says_nothing_is_not_waited_for() -> None:
    """A connection that died in silence is given up late, and its look goes on: nobody begins another meanwhile."""
    looks = []

    async def look() -> int:
        looks.append(1)
        await asyncio.sleep(3600)
        return 22

    async def both() -> None:
        readiness = Readiness(look, longest_s=0.02)
        for _ in range(2):
            found = await asked(readiness, 5)
            assert all(isinstance(error, DatabaseUnavailableError) for error in found)
        await readiness.end()

    asyncio.run(both())
    assert len(looks) == 1


def test_each_answer_is_new_and_one_for_all_who_wait_for_it() -> None:
    versions = iter(range(20, 30))

    async def look() -> int:
        await asyncio.sleep(0.01)
        return next(versions)

    async def twice() -> list[list[int | BaseException]]:
        readiness = Readiness(look)
        return [await asked(readiness, 5), await asked(readiness, 2)]

    assert asyncio.run(twice()) == [[20] * 5, [21] * 2]


def test_what_the_look_says_is_said() -> None:
    async def look() -> int:
        raise DatabaseUnavailableError("gone")

    with pytest.raises(DatabaseUnavailableError, match="gone"):
        asyncio.run(Readiness(look).schema_version())
