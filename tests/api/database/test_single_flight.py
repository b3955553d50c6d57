"""Dear answers are made once a version, one at a time, and the oldest are let go."""

import asyncio

import pytest

from api.database.single_flight import SingleFlightCache


def test_however_many_ask_an_answer_is_made_once_and_one_at_a_time() -> None:
    made: list[str] = []
    making = 0

    async def ask(kept: SingleFlightCache[str], key: str) -> str:
        async def make() -> str:
            nonlocal making
            making += 1
            assert making == 1
            await asyncio.sleep(0)
            made.append(key)
            making -= 1
            return key.upper()

        return await kept.get(key, make)

    async def all_ask() -> list[str]:
        kept: SingleFlightCache[str] = SingleFlightCache(2)
        return list(await asyncio.gather(*(ask(kept, key) for key in "ababab")))

    assert asyncio.run(all_ask()) == list("ABABAB")
    assert sorted(made) == ["a", "b"]


def test_what_was_asked_for_longest_ago_goes_and_what_failed_is_not_kept() -> None:
    async def answer(text: str) -> str:
        return text

    async def fail() -> str:
        raise OSError("away")

    async def run() -> list[str]:
        kept: SingleFlightCache[str] = SingleFlightCache(2)
        with pytest.raises(OSError, match="away"):
            await kept.get("a", fail)
        for key in ("a", "b", "a", "c"):
            await kept.get(key, lambda key=key: answer(key))
        return [await kept.get(key, lambda: answer("anew")) for key in ("a", "c", "b")]

    assert asyncio.run(run()) == ["a", "c", "anew"]
