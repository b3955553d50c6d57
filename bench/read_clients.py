"""A hundred clients of the API at once, each on a connection of its own, at hardly any cost of their own.

They share the cores with what they ask. A client of a library takes several milliseconds an answer, most of them for
the other clients' connections; these read an answer and leave it as it came, compressed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

_HEAD_END = b"\r\n\r\n"
_MOST_HEAD_BYTES = 65_536


@dataclass(slots=True)
class Seen:
    """How long answers took, in milliseconds, and how many failed."""

    took_ms: list[float] = field(default_factory=list)
    failed: int = 0


class Connection:
    """A connection that is kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host

    async def get(self, path: str) -> int:
        """Read an answer of known length to its end. Returns its status."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await self._reader.readuntil(_HEAD_END)).decode("latin-1").lower()
        length = head.partition("content-length: ")[2].partition("\r\n")[0]
        await self._reader.readexactly(int(length))
        return int(head.split(" ", 2)[1])

    def close(self) -> None:
        """End it."""
        self._writer.close()


async def ask_at_once(address: str, clients: int, each: int, question: Callable[[int, int], str]) -> Seen:
    """Let so many clients ask so often each, all of them at once.

    Args:
        address: of the API, http://HOST:PORT.
        clients: how many connections.
        each: how many questions of a client, one after the other.
        question: the path of a client's question, by the number of the client and of the question.
    """
    host = address.removeprefix("http://")
    name, _, port = host.partition(":")
    seen = Seen()

    async def work(connection: Connection, number: int) -> None:
        for turn in range(each):
            began = time.perf_counter()
            status = await connection.get(question(number, turn))
            seen.took_ms.append((time.perf_counter() - began) * 1000)
            seen.failed += status != HTTPStatus.OK

    connections = [
        Connection(*await asyncio.open_connection(name, int(port), limit=_MOST_HEAD_BYTES), host)
        for _ in range(clients)
    ]
    await asyncio.gather(*(work(connection, number) for number, connection in enumerate(connections)))
    for connection in connections:
        connection.close()
    return seen
