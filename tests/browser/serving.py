"""The real app on a real port, at a fixed time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn

from api.app import create_app
from api.serve import listen
from api.settings import ApiSettings

NOW = datetime(2026, 11, 18, 13, 37, 20, tzinfo=UTC)
"""A Wednesday, 14:37:20 in Stockholm: the page's today, whatever day it is."""


@contextmanager
def serving(database_url: str, port: int = 0, now_: Callable[[], datetime] = lambda: NOW) -> Iterator[str]:
    """Serve the app in a thread, with NOW as its time. Returns the address; port 0 is any free one."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": database_url, "port": port, "live_poll_s": 0.2})
    with listen(settings) as listener:
        config = uvicorn.Config(
            create_app(settings, now_=now_), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="api")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
