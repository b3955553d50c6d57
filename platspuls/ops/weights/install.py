"""Gets weights into a folder: from their makers' address or from a file that was carried here, checked before it stays.

A file has its name in the folder only once it is known to be whole and the right one.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from core.addresses import is_loopback, without_secret
from platspuls.ops.weights.catalogue import ReleasedFile

_CHUNK: Final = 1 << 16
_TIMEOUT_S: Final = 30.0
"""How long a server may be silent."""
_READABLE: Final = 0o644
"""Weights are no secret, and a counter runs as a user of its own."""


class WeightsError(Exception):
    """The weights couldn't be had. The sentence says why, and what to do."""


def download(
    released: ReleasedFile,
    folder: Path,
    mirror: str | None = None,
    say: Callable[[int], object] = lambda _percent: None,
) -> Path:
    """Fetch weights into `folder`, and return the path of their file; what is there already and right, stays.

    Args:
        released: which.
        folder: is made where it isn't there.
        mirror: an address that the file lies under, instead of its makers'. What comes is checked all the same.
        say: takes how many hundredths have come, each once.

    Raises WeightsError.
    """
    address = f"{mirror.rstrip('/')}/{released.file}" if mirror else released.address
    return _install(released, folder, lambda to: _fetch(released, address, to, say))


def carry(released: ReleasedFile, folder: Path, file: Path) -> Path:
    """Copy a file that was carried here into `folder`, and return its path there. Raises WeightsError."""
    return _install(released, folder, lambda to: _read(file, to))


def by_hand(released: ReleasedFile) -> str:
    """Return how weights get here without a network."""
    return (
        f"Without a network here: fetch {released.address} on another machine, carry the file here, and run: "
        f"platspuls weights get {released.name} --from {released.file}"
    )


def _install(released: ReleasedFile, folder: Path, fill: Callable[[IO[bytes]], str]) -> Path:
    """Let `fill` write the file's bytes and return where they are from; keep them if they are the right ones."""
    path = folder / released.file
    try:
        if path.exists():
            if _digest(path) in _right(released):
                return path
            raise WeightsError(f"{path} is there already, and is another file: move it away first")
        folder.mkdir(parents=True, exist_ok=True)
        with _draft(path) as draft:
            origin = fill(draft)
            draft.flush()
            os.fsync(draft.fileno())
            os.fchmod(draft.fileno(), _READABLE)
            _check(released, Path(draft.name), origin)
            Path(draft.name).replace(path)
    except OSError as error:
        raise WeightsError(f"{error.filename or folder}: {error.strerror or error}") from error
    return path


@contextmanager
def _draft(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path`, which goes where it isn't renamed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _right(released: ReleasedFile) -> tuple[str, ...]:
    return released.sha256, *released.copies


def _check(released: ReleasedFile, draft: Path, origin: str) -> None:
    found = _digest(draft)
    if found not in _right(released):
        raise WeightsError(
            f"what came from {origin} is not {released.name}, and was not kept: {draft.stat().st_size} bytes with "
            f"SHA-256 {found}, and {released.size} bytes with {released.sha256} were expected. It was damaged or "
            "changed on the way, or it is another version"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(source: Path, to: IO[bytes]) -> str:
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            to.write(chunk)
    return str(source)


def _fetch(released: ReleasedFile, address: str, to: IO[bytes], say: Callable[[int], object]) -> str:
    host = without_secret(address)
    try:
        with _opener(address).open(Request(address), timeout=_TIMEOUT_S) as answer:  # noqa: S310 - its scheme is checked
            _copy(answer, to, released.size, say)
    except HTTPError as error:
        error.close()
        raise WeightsError(f"{host} answers {error.code} {error.reason}. {by_hand(released)}") from error
    except (URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:  # ValueError: of no address
        raise WeightsError(f"{host} can't be fetched: {_why(error)}. {by_hand(released)}") from error
    return host


def _why(error: Exception) -> str:
    """Return what a library says of an error, without numbers."""
    cause = getattr(error, "reason", error)
    return str(getattr(cause, "strerror", None) or cause) or type(cause).__name__


def _copy(answer: BinaryIO, to: IO[bytes], size: int, say: Callable[[int], object]) -> None:
    """Copy what comes, up to a little more than the size: what is longer isn't the file, and may have no end."""
    come, said = 0, -1
    while come <= 2 * size and (chunk := answer.read(_CHUNK)):
        to.write(chunk)
        come += len(chunk)
        if (percent := min(come * 100 // size, 100)) > said:
            said = percent
            say(percent)


class _OnlySafe(HTTPRedirectHandler):
    """Follows redirects to where nobody can listen in."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the library has it
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        _check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str) -> OpenerDirector:
    _check_scheme(address)
    return build_opener(_OnlySafe)


def _check_scheme(address: str) -> None:
    """Raise WeightsError where an address is neither HTTPS nor on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise WeightsError(f"{without_secret(address)} is neither HTTPS nor on this machine: nothing is fetched from there")
