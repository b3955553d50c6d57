"""How many connections of clients there are, however they come."""

import asyncio
import socket
from contextlib import ExitStack, suppress

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from api.bounded_protocol import bounded_protocol

MOST = 10


@pytest.mark.parametrize("burst", [1, 7, 80])
def test_no_burst_of_connections_makes_more_than_may_be(burst: int) -> None:
    """Those that come in one turn of the event loop each end another one: none is lost before the turn is over."""

    async def run() -> None:
        config = Config(_nothing, http=bounded_protocol(MOST), ws="none", log_config=None)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),  # type: ignore[call-arg]
            "127.0.0.1",
            backlog=1024,
        )
        address = server.sockets[0].getsockname()
        with ExitStack() as stack:
            for _ in range(160 // burst):
                clients = [stack.enter_context(socket.create_connection(address)) for _ in range(burst)]
                while clients[-1].getsockname() not in {one.client for one in state.connections}:  # noqa: ASYNC110 - turn by turn
                    await asyncio.sleep(0)
                assert len(state.connections) <= MOST
            assert len(state.connections) == MOST
        server.close()

    asyncio.run(asyncio.wait_for(run(), 60))


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing: nobody asks."""


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer when the body is whole, or has ended otherwise."""
    while (await receive()).get("more_body"):
        pass
    await _answers(scope, receive, send)


async def _answers(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer at once, whatever comes after the head."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


async def _begins(_scope: Scope, receive: Receive, send: Send) -> None:
    """Begin an answer, and go on with it when the body is whole, or has ended otherwise."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here", "more_body": True})
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.body", "body": b"more"})


_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("sent", [_HEAD, _HEAD + b"1\r\nx\r\n", _HEAD + b"0\r\n\r\n", b""])
@pytest.mark.parametrize("app", [_reads, _answers, _begins])
def test_what_is_not_http_ends_a_connection_without_a_traceback(
    app: ASGIApp, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Whenever it comes: before an answer, in the middle of one, or after it, in a body or in the next head."""

    async def run() -> list[dict[str, object]]:
        loop, failed = asyncio.get_running_loop(), list[dict[str, object]]()
        loop.set_exception_handler(lambda _, context: failed.append(context))
        config = Config(app, http=bounded_protocol(MOST), ws="none", lifespan="off", log_config=None)
        config.load()
        state = ServerState()
        server = await loop.create_server(
            lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),  # type: ignore[call-arg]
            "127.0.0.1",
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        await asyncio.sleep(0.02)
        writer.write(b"\x00ZZ\r\n\r\n")
        with suppress(ConnectionResetError):
            await reader.read()
        while state.connections or state.tasks:  # noqa: ASYNC110 - turn by turn
            await asyncio.sleep(0)
        writer.close()
        server.close()
        return failed

    assert asyncio.run(asyncio.wait_for(run(), 10)) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
