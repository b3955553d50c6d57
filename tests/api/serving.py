"""The real API in a thread, on a free port."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from api.serve import listen, server
from api.settings import ApiSettings
from tests.support.waiting import eventually

TIMEOUT_S = 60
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Else each client reads all authorities that the machine trusts, for nothing."""


@contextmanager
def serving(database_url: str, **more: object) -> Iterator[httpx.Client]:
    """Serve, and give a client of it. `more` are settings."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": database_url, "port": 0, **more})
    with listen(settings) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        running = server(settings)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=address, timeout=TIMEOUT_S, verify=_NO_TLS) as client:
                eventually(lambda: running.started)
                yield client
        finally:
            running.should_exit = True
            thread.join(TIMEOUT_S)
            assert not thread.is_alive()
