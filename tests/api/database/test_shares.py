"""Fair shares: who asks much waits for themselves."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from api.database.shares import STRANGERS, FairShares, ask_as
from api.errors import DatabaseUnavailableError


class _Pool:
    """Notes who holds how many connections, and the most that ever were."""

    def __init__(self, shares: FairShares) -> None:
        self.shares = shares
        self.held: Counter[str | None] = Counter()
        self.files = 0
        self.most: Counter[str | None] = Counter()

    async def ask(self, name: str | None, turns: int, *, is_file: bool = False) -> None:
        ask_as(name)
        async with self.shares.turn(is_file=is_file):
            self.files += is_file
            self.most["files"] = max(self.most["files"], self.files)
            self.held[name] += 1
            self.most[name] = max(self.most[name], self.held[name])
            self.most["long"] = max(self.most["long"], self.held.total() - self.held[None])
            for _ in range(turns):
                await asyncio.sleep(0)
            self.held[name] -= 1
            self.files -= is_file


async def _all(asked: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*asked)


@pytest.mark.parametrize("seed", range(20))
def test_nobody_has_more_than_their_share_and_all_are_answered(seed: int) -> None:
    drawn = random.Random(seed)
    connections = drawn.choice([1, 2, 3, 4, 8, 20])
    names = ["key:a", "key:b", "login:1 c", STRANGERS, None]

    async def run() -> _Pool:
        pool = _Pool(FairShares(connections, 30))
        await _all(
            [pool.ask(drawn.choice(names), drawn.randrange(5), is_file=drawn.random() < 0.5) for _ in range(100)]
        )
        return pool

    pool = asyncio.run(run())
    assert pool.held.total() == pool.files == 0
    assert pool.most["files"] <= max(1, connections // 2)
    for name in names[:4]:
        assert pool.most[name] <= max(1, connections // (4 if name == STRANGERS else 2))
    assert pool.most["long"] <= max(1, connections - max(1, connections // 4))


def test_what_is_short_waits_behind_nothing() -> None:
    async def run() -> None:
        pool = _Pool(FairShares(4, 0.05))
        waiting = [asyncio.create_task(pool.ask(f"key:{n % 5}", 10_000)) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.wait_for(pool.ask(None, 0), 1)
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert sum(isinstance(error, DatabaseUnavailableError) for error in found) > 0
        assert {type(error) for error in found} <= {type(None), DatabaseUnavailableError}

    asyncio.run(run())


def test_strangers_take_no_turn_of_somebody_who_shows_a_key() -> None:
    async def run() -> None:
        pool = _Pool(FairShares(8, 30))
        strangers = [asyncio.create_task(pool.ask(STRANGERS, 100)) for _ in range(50)]
        await asyncio.sleep(0)
        await pool.ask("key:a", 0)
        assert pool.held[STRANGERS] == 2
        await asyncio.gather(*strangers)

    asyncio.run(run())


def test_who_asks_for_many_files_waits_behind_their_own() -> None:
    """Before, they stood in one line for files: somebody else's only one was made after all of theirs."""

    async def run() -> None:
        pool = _Pool(FairShares(8, 30))
        many = [asyncio.create_task(pool.ask("key:a", 10, is_file=True)) for _ in range(50)]
        await asyncio.sleep(0)
        await pool.ask("key:b", 0, is_file=True)
        assert sum(task.done() for task in many) <= 8
        await asyncio.gather(*many)

    asyncio.run(run())
