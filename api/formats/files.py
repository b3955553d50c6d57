"""Answers as files with types: written to disk as the rows come, then sent. Memory holds one batch of rows."""

import asyncio
import errno
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from functools import partial
from typing import IO, Any, Final, Protocol, TypeVar

from api.database.reading import Database
from api.errors import DiskFullError, NotInstalledError
from api.formats.metadata import ResultMetadata
from api.formats.methods import method
from api.negotiation import Format
from core.texts.catalog import Language

_BATCH_ROWS: Final = 10_000
_BLOCK_BYTES: Final = 262_144

Row = tuple[Any, ...]
T = TypeVar("T")


class FileWriter(Protocol):
    """Writes one file."""

    def add(self, rows: Sequence[Row]) -> None:
        """Write these rows next. Raises TooMuchAskedError when the file can't hold them."""

    def close(self) -> None:
        """Write what comes after the rows; the file itself stays open."""


async def made(
    database: Database, metadata: ResultMetadata, format_: Format, language: Language
) -> tuple[ResultMetadata, int, AsyncIterator[bytes]]:
    """Make a file of the answer: what it says about itself, its length in bytes, and its bytes.

    A workbook is in the language. Rows and data version are of one moment. The file has no name, and is gone when it
    was read.
    Raises NotInstalledError, TooMuchAskedError, DiskFullError, and what the database raises.
    """
    rows = database.typed_rows(
        (metadata.versioned_by, metadata.seen),
        (metadata.table.statement, metadata.parameters),
        metadata.table.columns(),
    )

    def begun(file: IO[bytes], data: str) -> FileWriter:
        with installed(format_):
            return _writer(format_, file, metadata.at(data), language)

    data, size, blocks = await written(rows, begun)
    return metadata.at(data), size, blocks


async def written(
    rows: AsyncGenerator[Row, None], begun: Callable[[IO[bytes], str], FileWriter]
) -> tuple[str, int, AsyncIterator[bytes]]:
    """Write rows to a file: return the version of their data, the length in bytes, and the bytes.

    The first of the rows is the version alone, which `begun` takes to return what writes the others.
    Raises TooMuchAskedError, DiskFullError, and what the database raises.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it has been sent
    try:
        async with aclosing(rows):
            (data,) = await anext(rows)
            writer = begun(file, data)
            try:
                async for batch in batches(rows, _BATCH_ROWS):
                    await _in_thread(partial(writer.add, batch))
            finally:
                await _in_thread(writer.close)
        size = file.tell()
        file.seek(0)
    except BaseException as error:
        _discard(file)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise DiskFullError("the disk of this server has no space for the file: ask for a CSV, or less") from error
        raise
    return data, size, _read(file)


def _writer(format_: Format, file: IO[bytes], metadata: ResultMetadata, language: Language) -> FileWriter:
    """Return what writes this form. Its library is loaded when it is needed first: a small server may have none."""
    if format_ is Format.PARQUET:
        from api.formats.parquet import ParquetWriter  # noqa: PLC0415 - loaded when needed first

        described = metadata.metadata() | {"platspuls.method": "\n".join(method(metadata, Language.EN))}
        return ParquetWriter(file, metadata.table.columns(), described)
    from api.formats.xlsx import XlsxWriter  # noqa: PLC0415 - loaded when needed first

    return XlsxWriter(file, metadata, language)


@contextmanager
def installed(format_: Format) -> Iterator[None]:
    """Say in a sentence what this form needs where that isn't installed. Raises NotInstalledError."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{format_} files need {error.name} here: pip install 'platspuls[export]'") from error


def _discard(file: IO[bytes]) -> None:
    """Close a file that nobody gets; what was still to be written, and can't be on a full disk, goes with it."""
    with suppress(OSError):
        file.close()


async def _in_thread(do: Callable[[], None]) -> None:
    """Do it in a thread, and wait for its end whatever happens here: it writes to a file that is closed afterwards."""
    doing = asyncio.ensure_future(asyncio.to_thread(do))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise


async def batches(rows: AsyncGenerator[T, None], size: int) -> AsyncIterator[list[T]]:
    """Yield the rows in lists of `size`, and what is left in a last one; the rows are closed at the end."""
    async with aclosing(rows):
        batch: list[T] = []
        async for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    yield batch


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while block := await asyncio.to_thread(file.read, _BLOCK_BYTES):
            yield block
