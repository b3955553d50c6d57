"""The pages of a SQLite file, newest first, as they lie on the disk: also where SQLite itself can't open it any more.

The format is that of https://www.sqlite.org/fileformat2.html. A page that the write-ahead log holds is newer than the
file's. A frame of the log whose checksum is wrong hides all that follow it from SQLite; here those after it are read
all the same, and its own page is looked at for what is left in it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final, Self

from counter.records.schema import PAGE_BYTES

_WAL_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
_FRAME_BYTES: Final = _FRAME_HEADER_BYTES + PAGE_BYTES
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""How the words of a log are read for its checksums."""
_MOST_FLIPPED: Final = 4
"""Two rounds of a log have other salts, the second half by chance: about 16 of its 32 bits differ."""
_WORD: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class WalFrame:
    """One page in the log.

    Attributes:
        page: its number.
        offset: where it lies in the log.
        is_commit: whether a transaction ends with it.
        is_sound: whether its checksum is right.
    """

    page: int
    offset: int
    is_commit: bool
    is_sound: bool


@dataclass(frozen=True, slots=True)
class WalLog:
    """The frames of the log's present round, up to the last transaction that ended."""

    frames: tuple[WalFrame, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the log at `path`; without one there are no frames."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return cls()
        found = list(_frames(data))
        while found and not found[-1].is_commit:
            found.pop()
        return cls(tuple(found))

    @property
    def is_sound(self) -> bool:
        """Return whether SQLite sees all of it."""
        return all(frame.is_sound for frame in self.frames)


def _frames(data: bytes) -> Iterator[WalFrame]:
    if len(data) < _WAL_HEADER_BYTES + _FRAME_BYTES:
        return
    order = _MAGIC.get(int.from_bytes(data[:4], "big"), "<")
    salts, sums = data[16:24], struct.unpack(">II", data[24:32])
    is_header_sound = sums == _summed(data[:24], (0, 0), order)
    if not is_header_sound:
        salts = data[_WAL_HEADER_BYTES + 8 : _WAL_HEADER_BYTES + 16]
    for start in range(_WAL_HEADER_BYTES, len(data) - _FRAME_BYTES + 1, _FRAME_BYTES):
        page, pages_after = struct.unpack(">II", data[start : start + 8])
        offset = start + _FRAME_HEADER_BYTES
        expected = _summed(data[offset : offset + PAGE_BYTES], _summed(data[start : start + 8], sums, order), order)
        sums = struct.unpack(">II", data[start + 16 : start + 24])
        salt = data[start + 8 : start + 16]
        if _differing_bits(salt[4:], salts[4:]) > _MOST_FLIPPED:
            return
        is_sound = is_header_sound and salt == salts and sums == expected
        yield WalFrame(page, offset, bool(pages_after), is_sound)


def _differing_bits(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()


def _summed(data: bytes, sums: tuple[int, ...], order: str) -> tuple[int, int]:
    """Return SQLite's checksum of the log, going on from `sums`."""
    a, b = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        a = (a + first + b) & _WORD
        b = (b + second + a) & _WORD
    return a, b


def _mapped(path: Path) -> bytes | mmap:
    try:
        with path.open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)
    except (FileNotFoundError, ValueError):  # there is none, or it is empty
        return b""


@dataclass(slots=True)
class PageImages:
    """The newest image of each page of one file, and those of damaged frames."""

    log: WalLog
    _file: bytes | mmap = b""
    _log: bytes = b""
    _newest: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read the file at `path` and the log beside it. Raises OSError."""
        wal = path.with_name(f"{path.name}-wal")
        images = cls(WalLog.read(wal))
        images._file = _mapped(path)
        images._log = wal.read_bytes() if images.log.frames else b""
        images._newest = {frame.page: frame.offset for frame in images.log.frames if frame.is_sound}
        return images

    def page(self, number: int) -> bytes:
        """Return the page of that number; empty where there is none."""
        if (offset := self._newest.get(number)) is not None:
            return self._log[offset : offset + PAGE_BYTES]
        return self._file[(number - 1) * PAGE_BYTES : number * PAGE_BYTES] if number > 0 else b""

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        if isinstance(self._file, mmap):
            self._file.close()
            self._file = b""

    def all(self) -> Iterator[bytes]:
        """Yield every page that isn't empty: first as the file and the sound frames have it, then damaged frames."""
        last = max([-(-len(self._file) // PAGE_BYTES), *self._newest])
        images = (self.page(number) for number in range(1, last + 1))
        yield from (image for image in images if image.strip(b"\0"))
        for frame in self.log.frames:
            if not frame.is_sound:
                yield self._log[frame.offset : frame.offset + PAGE_BYTES]
