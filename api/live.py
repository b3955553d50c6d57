"""The live stream: one poller for each followed site, shared by all who follow it, with a heartbeat.

A listener that is slow misses snapshots, never delays others, and costs no memory: only the newest one is kept.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Final, Self

from sse_starlette import EventSourceResponse, ServerSentEvent

from api.database.reading import Database
from api.errors import DatabaseNotReadyError, DatabaseUnavailableError, TooManyListenersError, TooSlowError
from api.tables.live import LiveSnapshot, LiveStall

_LOG: Final = logging.getLogger(__name__)
_STALLED_AFTER_S: Final = 3.0
"""A look that isn't answered for so long is said; looks take milliseconds."""
_STALL_SAID_EVERY_S: Final = 2.0
_LEAST_PAUSE_S: Final = 0.02
"""Between two looks at a site, however much changes: ingest commits live numbers some times a second."""
_LISTEN_AGAIN_S: Final = 10.0


class _Feed:
    """The newest snapshot of one site.

    Attributes:
        listeners: how many follow it; at none, it is ended.
        newest: the newest snapshot, None before the first.
        sequence: rises with each snapshot.
        news: set with the next snapshot, or at the end; each snapshot brings another event.
        answered_s: when the database answered last, by the monotonic clock.
        task: looks for snapshots. Done: the feed has ended.
        changed: set when the database announces that something changed.
    """

    __slots__ = ("answered_s", "changed", "listeners", "newest", "news", "sequence", "task")

    def __init__(self) -> None:
        self.listeners = 0
        self.newest: LiveSnapshot | None = None
        self.sequence = 0
        self.news = asyncio.Event()
        self.answered_s = time.monotonic()
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def publish(self, snapshot: LiveSnapshot) -> None:
        """Give all listeners a snapshot."""
        self.newest, self.sequence = snapshot, self.sequence + 1
        self.wake()

    def wake(self) -> None:
        """Let all listeners look."""
        self.news.set()
        self.news = asyncio.Event()

    def has_ended(self) -> bool:
        """Tell whether no more snapshots will come. Raises the error that ended it, if one did."""
        if self.task is None or not self.task.done():
            return False
        if not self.task.cancelled():
            self.task.result()
        return True


class LiveFeeds:
    """The feeds of all sites that somebody follows. Use as an async context, which ends them."""

    __slots__ = ("_clients", "_database", "_feeds", "_heartbeat_s", "_listening", "_poll_s", "_tasks")

    def __init__(self, database: Database, *, poll_s: float, heartbeat_s: float, clients: int) -> None:
        """Prepare without asking anything.

        Args:
            database: where the live rows are.
            poll_s: how often a followed site is looked up, in seconds.
            heartbeat_s: after this long without a change the snapshot is published again, in seconds.
            clients: the most listeners at once, of all sites.
        """
        self._database = database
        self._poll_s = poll_s
        self._heartbeat_s = heartbeat_s
        self._clients = clients
        self._feeds: dict[str, _Feed] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        ending = [*self._tasks, *([self._listening] if self._listening else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def snapshot(self, site: str) -> LiveSnapshot:
        """Return what is so now at a site."""
        rows = await self._database.rows("health/live", {"site": site}, LiveSnapshot)
        return rows[0]

    async def follow(self, site: str) -> AsyncGenerator[LiveSnapshot, None]:
        """Yield a snapshot at once, then one whenever a live row changed, and one a heartbeat. Ends with the program.

        Raises TooManyListenersError before the first.
        """
        async with aclosing(self.follow_with_stalls(site)) as found:
            async for one in found:
                if isinstance(one, LiveSnapshot):
                    yield one

    async def follow_with_stalls(self, site: str) -> AsyncGenerator[LiveSnapshot | LiveStall, None]:
        """Yield as `follow`, and every two seconds how long the database hasn't answered, from three seconds on."""
        with self._joined(site) as feed:
            sequence = feed.sequence
            yield await self.snapshot(site)
            while not feed.has_ended():
                news = feed.news
                if feed.sequence == sequence:
                    if not await _within(news, _STALL_SAID_EVERY_S) and (stall := self._stall(feed)):
                        yield stall
                elif feed.newest:
                    sequence = feed.sequence
                    yield feed.newest

    def _stall(self, feed: _Feed) -> LiveStall | None:
        age_s = time.monotonic() - feed.answered_s
        return LiveStall(age_s=int(age_s)) if age_s >= self._poll_s + _STALLED_AFTER_S else None

    @contextmanager
    def _joined(self, site: str) -> Iterator[_Feed]:
        if sum(feed.listeners for feed in self._feeds.values()) >= self._clients:
            raise TooManyListenersError(f"{self._clients} live streams are open already: try again in a while")
        feed = self._feeds.get(site) or self._started(site)
        feed.listeners += 1
        try:
            yield feed
        finally:
            feed.listeners -= 1
            if not feed.listeners:
                self._stop(site, feed)

    def _started(self, site: str) -> _Feed:
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name="live changes")
        feed = self._feeds[site] = _Feed()
        feed.task = asyncio.create_task(self._poll(site, feed), name=f"live {site}")
        self._tasks.add(feed.task)
        feed.task.add_done_callback(lambda task: self._ended(site, feed, task))
        return feed

    def _stop(self, site: str, feed: _Feed) -> None:
        if self._feeds.get(site) is feed:
            del self._feeds[site]
        if feed.task:
            feed.task.cancel()

    def _ended(self, site: str, feed: _Feed, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._feeds.get(site) is feed:
            del self._feeds[site]
        feed.wake()

    async def _listen(self) -> None:
        """Let all feeds look as soon as something changed. Without such news they look every `poll_s`."""
        while True:
            try:
                async with aclosing(self._database.changes("platspuls_live")) as changes:
                    async for _ in changes:
                        for feed in self._feeds.values():
                            feed.changed.set()
            except (DatabaseUnavailableError, DatabaseNotReadyError, TooSlowError) as error:
                _LOG.info("live numbers are looked up every %s s only: %s", self._poll_s, error)
            await asyncio.sleep(_LISTEN_AGAIN_S)

    async def _poll(self, site: str, feed: _Feed) -> None:
        """Publish what changed, and the same again after each heartbeat, until cancelled."""
        sent_s = time.monotonic()
        while True:
            pause_s = min(_LEAST_PAUSE_S, self._poll_s)
            await asyncio.sleep(pause_s)
            await _within(feed.changed, self._poll_s - pause_s)
            feed.changed.clear()
            snapshot = await self._snapshot_unless_away(site)
            if snapshot:
                feed.answered_s = time.monotonic()
            if snapshot and (_differs(snapshot, feed.newest) or time.monotonic() - sent_s >= self._heartbeat_s):
                feed.publish(snapshot)
                sent_s = time.monotonic()

    async def _snapshot_unless_away(self, site: str) -> LiveSnapshot | None:
        """Return None while the database is away: listeners hear the silence, and ask again for themselves."""
        try:
            return await self.snapshot(site)
        except (DatabaseUnavailableError, TooSlowError) as error:
            _LOG.warning("no live numbers of %s: %s", site, error)
            return None


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, and tell whether it came in time."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def _differs(snapshot: LiveSnapshot, before: LiveSnapshot | None) -> bool:
    return before is None or snapshot.model_copy(update={"at": before.at}) != before


async def event_stream(
    found: AsyncGenerator[LiveSnapshot, None] | AsyncGenerator[LiveSnapshot | LiveStall, None],
    is_allowed: Callable[[], Awaitable[bool]],
) -> EventSourceResponse:
    """Return what sends all that is found, as long as it `is_allowed`. Raises what the first of it does."""
    first = await anext(found)
    return EventSourceResponse(_events(first, found, is_allowed), ping=0, headers={"X-Accel-Buffering": "no"})


async def _events(
    first: LiveSnapshot | LiveStall,
    found: AsyncGenerator[LiveSnapshot, None] | AsyncGenerator[LiveSnapshot | LiveStall, None],
    is_allowed: Callable[[], Awaitable[bool]],
) -> AsyncIterator[ServerSentEvent]:
    yield _event(first)
    async with aclosing(found):
        async for said in found:
            # A stall says nothing of the site; who may go on listening is asked when the database answers again.
            if isinstance(said, LiveSnapshot) and not await is_allowed():
                return
            yield _event(said)


def _event(said: LiveSnapshot | LiveStall) -> ServerSentEvent:
    name = "live" if isinstance(said, LiveSnapshot) else "stalled"
    return ServerSentEvent(event=name, data=said.model_dump_json())
