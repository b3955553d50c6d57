"""How many connections of clients there are, however they come."""

import asyncio
import socket
from contextlib import ExitStack

import pytest
from starlette.types import Receive, Scope, Send
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
