"""Equal answers are made once at a time, kept in bounded memory, and never where they may still change."""

import asyncio
import random

import pytest

from api.database.shared_answers import SharedAnswers


class _Maker:
    """Makes bodies, and counts how many of each."""

    def __init__(self) -> None:
        self.made: list[str] = []

    async def make(self, key: str, size: int = 100) -> bytes:
        self.made.append(key)
        await asyncio.sleep(0)
        if key == "bad":
            raise OSError(key)
        return key.encode() * size


def test_an_answer_that_is_being_made_serves_all_who_ask_for_it_meanwhile() -> None:
    """One that may still change is made anew afterwards."""

    async def run() -> list[str]:
        shared, maker = SharedAnswers(100_000), _Maker()
        for _ in range(2):
            for key, is_final in (("a", True), ("b", False)):
                bodies = await asyncio.gather(
                    *(shared.get(key, lambda key=key: maker.make(key), is_final=is_final) for _ in range(5))
                )
                assert set(bodies) == {key.encode() * 100}
        return maker.made

    assert asyncio.run(run()) == ["a", "b", "b"]


def test_all_who_wait_hear_of_a_failure_and_the_next_tries_again() -> None:
    async def run() -> list[str]:
        shared, maker = SharedAnswers(100_000), _Maker()
        for _ in range(2):
            found = await asyncio.gather(
                *(shared.get("bad", lambda: maker.make("bad"), is_final=True) for _ in range(3)), return_exceptions=True
            )
            assert [type(error) for error in found] == [OSError] * 3
        return maker.made

    assert asyncio.run(run()) == ["bad", "bad"]


def test_whoever_leaves_takes_nothing_from_others_who_wait() -> None:
    async def run() -> None:
        shared, maker = SharedAnswers(100_000), _Maker()
        first, second = (asyncio.create_task(shared.get("a", lambda: maker.make("a"), is_final=True)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == b"a" * 100
        assert maker.made == ["a"]

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(5))
def test_memory_is_bounded_and_each_body_is_its_own(seed: int) -> None:
    async def run() -> None:
        drawn, maker = random.Random(seed), _Maker()
        shared = SharedAnswers(16_000)
        for _ in range(500):
            key = drawn.choice("abcdefghijklmnopqrstuvwxyz")
            size = 100 * (ord(key) - 90)
            assert await shared.get(key, lambda key=key, size=size: maker.make(key, size), is_final=True) == (
                key.encode() * size
            )
            kept = shared._bodies.values()  # noqa: SLF001 - what it holds is what this is about
            assert sum(map(len, kept)) == shared._bytes <= 16_000  # noqa: SLF001 - and that it knows how much it holds
            assert max(map(len, kept), default=0) <= 1_000
        assert len(maker.made) < 500

    asyncio.run(run())
