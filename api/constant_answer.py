"""An answer that is the same as long as the program runs: made once, when it is first asked for, and kept as bytes."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response

_COMPRESSION: Final = 9


@dataclass(frozen=True, slots=True)
class _Bytes:
    plain: bytes
    compressed: bytes
    tag: str


class ConstantAnswer:
    """Makes the answer on a thread, so that others are answered meanwhile, and once, however many ask.

    Args:
        make: returns the body.
        media_type: of the body.
    """

    __slots__ = ("_bytes", "_make", "_making", "_media_type")

    def __init__(self, make: Callable[[], bytes], media_type: str) -> None:
        self._make = make
        self._media_type = media_type
        self._making = asyncio.Lock()
        self._bytes: _Bytes | None = None

    async def response(self, request: Request) -> Response:
        """Return it, compressed where the caller takes that, or 304 where they have it."""
        made = await self._made()
        headers = {"ETag": made.tag, "Vary": "Accept-Encoding"}
        if made.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(made.plain, media_type=self._media_type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(made.compressed, media_type=self._media_type, headers=headers)

    async def _made(self) -> _Bytes:
        async with self._making:
            if self._bytes is None:
                self._bytes = await asyncio.to_thread(self._make_bytes)
            return self._bytes

    def _make_bytes(self) -> _Bytes:
        plain = self._make()
        return _Bytes(plain, gzip.compress(plain, _COMPRESSION, mtime=0), f'W/"{sha256(plain).hexdigest()[:32]}"')
