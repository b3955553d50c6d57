"""Parts made side by side come out in order, few of them wait, and what goes wrong is raised."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.database.parallel_parts import Maker, in_parallel


def maker(begun: list[int], broken: int | None = None) -> Maker[int]:
    async def make(part: int) -> AsyncIterator[bytes]:
        begun.append(part)
        for block in range(3):
            await asyncio.sleep(0)
            if part == broken and block == 1:
                raise ValueError(part)
            yield bytes([part, block])

    return make


async def read_all(makers: int, parts: int, broken: int | None = None) -> tuple[list[bytes], list[int]]:
    begun: list[int] = []
    blocks = [block async for block in in_parallel([maker(begun, broken)] * makers, list(range(parts)))]
    return blocks, begun


@pytest.mark.parametrize("makers", [1, 2])
@pytest.mark.parametrize("parts", [1, 2, 7])
def test_all_parts_come_in_order(makers: int, parts: int) -> None:
    blocks, begun = asyncio.run(read_all(makers, parts))
    assert blocks == [bytes([part, block]) for part in range(parts) for block in range(3)]
    assert sorted(begun) == list(range(parts))


@pytest.mark.parametrize("broken", [0, 1, 4])
def test_what_breaks_a_part_is_raised(broken: int) -> None:
    with pytest.raises(ValueError, match=str(broken)):
        asyncio.run(read_all(2, 5, broken))


def test_no_more_is_begun_than_there_are_makers_until_the_reader_has_it() -> None:
    async def read() -> list[int]:
        begun: list[int] = []
        blocks = in_parallel([maker(begun)] * 2, list(range(9)))
        await anext(blocks)
        for _ in range(100):
            await asyncio.sleep(0)
        await blocks.aclose()
        return begun

    assert asyncio.run(read()) == [0, 1]
