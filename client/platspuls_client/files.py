"""Files from streamed responses: written whole under their name, or not at all."""

import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

import httpx

from platspuls_client.errors import FileInUseError, InvalidResponseError

_BLOCK_BYTES: Final = 262_144
_PAUSES_S: Final = (0.1, 0.3, 0.6)
"""How long is waited for a target that is in use."""
_FILE_NAME: Final = re.compile(r'filename="([A-Za-z0-9._-]+)"')

OnProgress = Callable[[int], None]
"""Called now and then with the number of bytes that have come."""


def write_whole(response: httpx.Response, target: Path, on_progress: OnProgress) -> int:
    """Write beside the target, then take its name in one step; return the size in bytes."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            size = copy(response, file, on_progress)
        _replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def _replace(part: Path, target: Path) -> None:
    """Give a file its name. Where files that are open can't be replaced, a scanner of viruses soon lets go of it."""
    for pause_s in _PAUSES_S:
        try:
            part.replace(target)
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    try:
        part.replace(target)
    except PermissionError as error:
        raise FileInUseError(f"{target} can't be replaced: is it open in another program? Close it there") from error


def copy(response: httpx.Response, file: IO[bytes], on_progress: OnProgress) -> int:
    """Copy the body block by block; return its size in bytes."""
    size = 0
    for block in response.iter_bytes(_BLOCK_BYTES):
        file.write(block)
        size += len(block)
        on_progress(size)
    return size


def name_of(response: httpx.Response) -> Path:
    """Return the name that the API gave the file, in the current folder."""
    found = _FILE_NAME.search(response.headers.get("content-disposition", ""))
    if found is None:
        raise InvalidResponseError("the response isn't a file: it has no name")
    return Path(found[1])
