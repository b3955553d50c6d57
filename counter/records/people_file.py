"""Where people stood at the last checkpoint: the one place on a device that holds positions, for seconds.

SQLite's log keeps old copies of a row for a while, so this is a small file of its own beside the outbox, written
over in place. It is there only while a counter runs (or after one was killed), and is overwritten and deleted when
a start reads it, and when a counter ends.
"""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from core.logs import ThrottledLog
from counter.errors import OutboxUnavailableError
from counter.records.sqlite import passing_error

PEOPLE_MS: Final = 10_000
"""Places older than this are of no use, and are not kept."""
_HASH_BYTES: Final = 32

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class People:
    """The tally's whole state at one moment, people in view included.

    Attributes:
        fingerprint: of the geometry and setup that the state belongs to.
        at_ms: capture time of the last frame in it, UTC milliseconds.
        state: what `Tally.state` returned.
    """

    fingerprint: str
    at_ms: int
    state: bytes

    def goes_with(self, fingerprint: str, at_ms: int, now_ms: int) -> bool:
        """Return whether these are the people of the checkpoint of `at_ms`, and recent enough to be there still."""
        return (self.fingerprint, self.at_ms) == (fingerprint, at_ms) and 0 <= now_ms - at_ms <= PEOPLE_MS


class PeopleFile:
    """Reads and writes the file of one outbox, for one thread."""

    def __init__(self, outbox: Path) -> None:
        """Use the file beside `outbox`."""
        self._path = outbox.with_name(f"{outbox.name}.people")
        self._trouble = ThrottledLog(_log)

    def write(self, people: People) -> None:
        """Write over what was there. Raises OutboxUnavailableError."""
        data = msgspec.msgpack.encode(people)
        try:
            self._write(hashlib.sha256(data).digest() + data)
        except OSError as error:
            raise passing_error(error, self._path) or OutboxUnavailableError(
                f"{self._path}: {error.strerror}"
            ) from error

    def take(self) -> People | None:
        """Return what the file holds and delete it; None if there is none, or it was not written to its end."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.error("%s: %s: those in view at the last stop are lost", self._path, error.strerror)
            data = b""
        self.delete()
        if hashlib.sha256(data[_HASH_BYTES:]).digest() != data[:_HASH_BYTES]:
            return None
        try:
            return msgspec.msgpack.decode(data[_HASH_BYTES:], type=People)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None  # of another version of this program

    def delete(self) -> None:
        """Overwrite and delete the file, if there is one. A failure is said, and it is tried again the next time."""
        try:
            self._overwrite()
        except FileNotFoundError:
            return
        except OSError as error:
            self._trouble.warn(f"{self._path} can't be overwritten: {error.strerror}")
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._trouble.warn(f"{self._path} can't be deleted: {error.strerror}")

    def _overwrite(self) -> None:
        size = self._path.stat().st_size
        with self._path.open("r+b") as file:
            file.write(bytes(size))

    def _write(self, data: bytes) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(file, rest) :]
            os.ftruncate(file, len(data))
        finally:
            os.close(file)
