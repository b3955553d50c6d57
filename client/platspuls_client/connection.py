"""The connection to one API: places, rows as they come, and whole files. Not for several threads at once."""

import itertools
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from platspuls_client.errors import AwayError, BrokenAnswerError, BusyError, UnsafeAddressError, problem_error
from platspuls_client.places import Border, Device, Line, Site, Space, Zone
from platspuls_client.question import Dialect, Form, Question, Table
from platspuls_client.rows import DwellRow, OccupancyRow, PresenceRow, QualityRow, SiteFlowRow

_WAIT_S: Final = 660.0
"""The longest silence: a file is made as a whole before its first byte comes."""
_CONNECT_S: Final = 10.0
_LONGEST_PAUSE_S: Final = 60.0
_BLOCK_BYTES: Final = 262_144
_MOST_BODY_BYTES: Final = 10_000_000
_LOOPBACK: Final = re.compile(r"localhost|127(\.\d+){3}|::1")
_FILE_NAME: Final = re.compile(r'filename="([A-Za-z0-9._-]+)"')

T = TypeVar("T")
Told = Callable[[int], None]
"""Is told how many bytes have come."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written.

    Attributes:
        path: where it is.
        size: in bytes.
        data_version: the same for the same data: two files of one question and version are the same bytes.
    """

    path: Path
    size: int
    data_version: str


class Client:
    """Asks one API. Use as a context.

    Args:
        address: such as https://place.example or http://127.0.0.1:8420.
        key: what `platspuls key add` printed; None asks as nobody in particular. `find_key` reads it from a file.
        attempts: how often something is asked while the API is busy.
        transport: what carries requests; None is the network.

    Raises:
        UnsafeAddressError: a key would go over the network as plain text.
    """

    __slots__ = ("_attempts", "_http", "_sleep")

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        attempts: int = 3,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        url = httpx.URL(address)
        if key is not None and url.scheme != "https" and not _LOOPBACK.fullmatch(url.host):
            raise UnsafeAddressError(f"{address}: a key is sent to https, or to this machine, and nowhere else")
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._attempts = attempts
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=url,
            headers={"User-Agent": "platspuls-client", **headers},
            timeout=httpx.Timeout(_WAIT_S, connect=_CONNECT_S),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._http.close()

    # Places

    def sites(self) -> list[Site]:
        """Return the sites that the key may see."""
        return self._json("/api/v1/sites", {}, list[Site])

    def spaces(self, site: str) -> list[Space]:
        """Return the spaces of a site."""
        return self._parts(site, Space)

    def borders(self, site: str) -> list[Border]:
        """Return the borders of a site."""
        return self._parts(site, Border)

    def lines(self, site: str) -> list[Line]:
        """Return the counting lines of a site."""
        return self._parts(site, Line)

    def zones(self, site: str) -> list[Zone]:
        """Return the zones of a site."""
        return self._parts(site, Zone)

    def devices(self, site: str) -> list[Device]:
        """Return the devices of a site."""
        return self._parts(site, Device)

    # Numbers

    def dwell(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[DwellRow]:  # noqa: ANN401 - Question names them
        """Yield dwell of zones; `more` as in Question."""
        return self.rows(Question(table=Table.DWELL, site=site, start=start, end=end, **more), DwellRow)

    def presence(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[PresenceRow]:  # noqa: ANN401 - Question names them
        """Yield presence in zones; `more` as in Question."""
        return self.rows(Question(table=Table.PRESENCE, site=site, start=start, end=end, **more), PresenceRow)

    def entries(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[SiteFlowRow]:  # noqa: ANN401 - Question names them
        """Yield entries to the site and exits; `more` as in Question. Of lines and the like: `rows`."""
        return self.rows(Question(table=Table.FLOW, site=site, start=start, end=end, **more), SiteFlowRow)

    def occupancy(self, site: str, start: str, end: str, **more: Any) -> Iterator[OccupancyRow]:  # noqa: ANN401 - Question names them
        """Yield how many people closed spaces held; `more` as in Question."""
        return self.rows(Question(table=Table.OCCUPANCY, site=site, start=start, end=end, **more), OccupancyRow)

    def quality(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[QualityRow]:  # noqa: ANN401 - Question names them
        """Yield how well lines and zones were watched; `more` as in Question."""
        return self.rows(Question(table=Table.QUALITY, site=site, start=start, end=end, **more), QualityRow)

    def rows(self, question: Question, row: type[T]) -> Iterator[T]:
        """Yield the rows of a question as they come: one in memory at a time.

        Args:
            question: what is asked.
            row: the type of its rows, of `platspuls_client.rows` or `platspuls_client.corrected`.
        """
        decoder = msgspec.json.Decoder(row)
        with self._asked(question.path(f".{Form.NDJSON}"), question.parameters()) as answer, _telling():
            for line in answer.iter_lines():
                yield decoder.decode(line)

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Yield all entries of a list that comes in pages, such as /api/v1/sites/KEY/activities."""
        cursor: str | None = None
        while True:
            page = self._json(path, {**parameters, **({"cursor": cursor} if cursor else {})}, _Page)
            yield from page.entries
            cursor = page.next
            if cursor is None:
                return

    # Files

    def save(
        self,
        question: Question,
        form: Form,
        target: Path | None = None,
        *,
        dialect: Dialect = Dialect.STANDARD,
        told: Told = lambda _: None,
    ) -> Saved:
        """Write a file: whole, or not at all.

        Args:
            question: what is asked.
            form: the kind of file.
            target: where to; None is a name that tells the question, in the current folder. What is there is replaced.
            dialect: of a CSV.
            told: is told how many bytes have come, now and then.
        """
        with self._file(question, form, dialect) as answer:
            target = target or Path(_name(answer))
            # Beside the target, so that the file can take its name in one step.
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
                try:
                    size = _copy(answer, file, told)
                    os.fchmod(file.fileno(), 0o666 & ~_umask())
                    Path(file.name).replace(target)
                except BaseException:
                    Path(file.name).unlink()
                    raise
            return Saved(target, size, answer.headers.get("platspuls-data-version", ""))

    def send(
        self,
        question: Question,
        form: Form,
        stream: IO[bytes],
        *,
        dialect: Dialect = Dialect.STANDARD,
        told: Told = lambda _: None,
    ) -> None:
        """Write a file to an open stream as it comes; what broke off has written a part of it."""
        with self._file(question, form, dialect) as answer:
            _copy(answer, stream, told)

    # How it is asked

    @contextmanager
    def _file(self, question: Question, form: Form, dialect: Dialect) -> Iterator[httpx.Response]:
        more = {} if dialect is Dialect.STANDARD else {"dialect": dialect.value}
        with self._asked(question.path(f".{form}"), question.parameters() | more) as answer:
            yield answer

    def _parts(self, site: str, row: type[T]) -> list[T]:
        path = f"/api/v1/sites/{quote(site, safe='')}/{row.__name__.lower()}s"
        return self._json(path, {}, list[row])  # type: ignore[valid-type] # the row's type is known when this runs

    def _json(self, path: str, parameters: Mapping[str, str], kind: type[T]) -> T:
        with self._asked(path, parameters) as answer, _telling():
            return msgspec.json.decode(answer.read(), type=kind)

    @contextmanager
    def _asked(self, path: str, parameters: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Ask, and ask again while the API is busy. Raises the errors of `platspuls_client.errors`."""
        with ExitStack() as open_:
            yield self._until_answered(open_, path, parameters)

    def _until_answered(self, open_: ExitStack, path: str, parameters: Mapping[str, str]) -> httpx.Response:
        for attempt in itertools.count(1):
            try:
                return open_.enter_context(self._once(path, parameters))
            except BusyError as error:
                if attempt >= self._attempts or (error.retry_after_s or 0) > _LONGEST_PAUSE_S:
                    raise
                self._sleep(error.retry_after_s or float(attempt))
        raise AssertionError

    @contextmanager
    def _once(self, path: str, parameters: Mapping[str, str]) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", path, params=parameters) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise problem_error(answer.status_code, answer.headers, _beginning(answer))
                yield answer
        except httpx.HTTPError as error:
            raise AwayError(
                f"{str(self._http.base_url).rstrip('/')}{path}: {str(error) or type(error).__name__}"
            ) from error


class _Page(msgspec.Struct, frozen=True):
    entries: list[dict[str, Any]]
    next: str | None = None


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except msgspec.DecodeError as error:
        raise BrokenAnswerError(f"the answer can't be read: {error}") from error


def _beginning(answer: httpx.Response) -> bytes:
    found = b""
    for block in answer.iter_bytes():
        found += block
        if len(found) > _MOST_BODY_BYTES:
            break
    return found


def _copy(answer: httpx.Response, file: IO[bytes], told: Told) -> int:
    size = 0
    for block in answer.iter_bytes(_BLOCK_BYTES):
        file.write(block)
        size += len(block)
        told(size)
    return size


def _name(answer: httpx.Response) -> str:
    found = _FILE_NAME.search(answer.headers.get("content-disposition", ""))
    if found is None:
        raise BrokenAnswerError("the answer is no file: it names none")
    return found[1]


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
