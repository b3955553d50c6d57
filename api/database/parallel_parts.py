"""Several connections make the parts of one long answer, in turn; the reader gets them in order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Final, TypeVar

_WAITING_BLOCKS: Final = 128
"""The most blocks of a part that wait in memory for the reader."""

PartT = TypeVar("PartT")
Maker = Callable[[PartT], AsyncIterator[bytes]]


async def in_parallel(makers: Sequence[Maker[PartT]], parts: Sequence[PartT]) -> AsyncGenerator[bytes, None]:
    """Yield the blocks of all parts, in order. Raises what a maker raises.

    Each maker makes one part at a time, and takes the next that nobody has begun. No more parts are begun than there
    are makers until the reader has had the first of them, so that little waits in memory.
    """
    queues: list[asyncio.Queue[bytes | None]] = [asyncio.Queue(_WAITING_BLOCKS) for _ in parts]
    begun = asyncio.Semaphore(len(makers))
    left = iter(zip(queues, parts, strict=True))

    async def work(make: Maker[PartT]) -> None:
        while True:
            await begun.acquire()
            queue, part = next(left, (None, None))
            if queue is None or part is None:
                return
            async for block in make(part):
                await queue.put(block)
            await queue.put(None)

    tasks = [asyncio.create_task(work(make)) for make in makers]
    try:
        for queue in queues:
            while (block := await _next(queue, tasks)) is not None:
                yield block
            begun.release()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _next(queue: asyncio.Queue[bytes | None], tasks: Sequence[asyncio.Task[None]]) -> bytes | None:
    """Return what comes next, or raise what ended one of the tasks."""
    if not queue.empty():
        return queue.get_nowait()
    getting = asyncio.create_task(queue.get())
    try:
        while not getting.done():
            going = [task for task in tasks if not task.done()]
            await asyncio.wait([getting, *going], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
        return getting.result()
    finally:
        getting.cancel()
