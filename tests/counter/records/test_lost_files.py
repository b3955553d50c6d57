"""What happens to the outbox's files under a running program: deleted, replaced, written over, unreachable for a while.

None of it ends the program, or loses what was in the file.
"""

import errno
import logging
import os
import resource
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from counter.errors import OutboxFullError, OutboxUnavailableError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.database import OutboxDatabase
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import Lock, prepare
from counter.records.people_file import People, PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.sqlite import passing_error
from tests.support.counter.records import SetClock, flow, open_outbox, seqs


@contextmanager
def _running(path: Path) -> Iterator[tuple[Outbox, CheckpointFile]]:
    prepare(path, SetClock())
    with closing(OutboxDatabase(path, SetClock())) as database:
        yield Outbox(database, OutboxLimits(), SetClock()), CheckpointFile(database)


def _delete(path: Path) -> None:
    path.unlink()


def _delete_all(path: Path) -> None:
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()


def _delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def _delete_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def _move_another_there(path: Path) -> None:
    other = path.with_name("other")
    prepare(other, SetClock())
    other.rename(path)


def _move_nonsense_there(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"nonsense" * 1000)
    other.rename(path)


def _put_older_copy_back(path: Path) -> None:
    copy = path.with_name("copy")
    copy.rename(path)


LOSSES: Final[dict[str, Callable[[Path], None]]] = {
    "deleted": _delete,
    "all files deleted": _delete_all,
    "folder deleted": _delete_folder,
    "log deleted": _delete_log,
    "another outbox there": _move_another_there,
    "nonsense there": _move_nonsense_there,
    "older copy put back": _put_older_copy_back,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_file_that_is_deleted_or_replaced_is_there_again_at_the_next_checkpoint(
    tmp_path: Path, loss: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "folder" / "outbox.sqlite3"
    with _running(path) as (outbox, checkpoints):
        outbox.append([flow(minute) for minute in range(5)])
        shutil.copy(path, path.with_name("copy"))
        outbox.append([flow(minute) for minute in range(5, 10)])
        epoch = outbox.identity.epoch
        LOSSES[loss](path)
        checkpoints.write(Checkpoint("f", 1, b"state"))
        assert "was deleted or replaced while it is in use" in caplog.text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        outbox.append([flow(10)])
        assert (outbox.identity.epoch, seqs(outbox)) == (epoch, list(range(1, 12)))
        copy = shutil.copytree(path.parent, tmp_path / "killed")
    with closing(open_outbox(copy / path.name, SetClock())) as again:
        assert (again.identity.epoch, seqs(again)) == (epoch, list(range(1, 12)))


def test_an_older_copy_that_is_written_over_the_open_file_uses_no_number_again(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with _running(path) as (outbox, _):
        outbox.append([flow(minute) for minute in range(5)])
        outbox._connection.execute("pragma wal_checkpoint(truncate)")  # noqa: SLF001 - all of it is in the file
        outbox.depth()
        older = path.read_bytes()
        outbox.append([flow(minute) for minute in range(5, 10)])
        outbox._connection.execute("pragma wal_checkpoint(truncate)")  # noqa: SLF001 - the same
        outbox.depth()
        path.write_bytes(older)
        outbox.append([flow(10)])
        declared = {n for one in outbox.lost(0, 100) for n in range(one.first, one.last + 1)}
        assert sorted({*seqs(outbox), *declared}) == list(range(1, 12))
        assert {1, 2, 3, 4, 5, 11} <= set(seqs(outbox))


@contextmanager
def _no_more_files() -> Iterator[None]:
    """Let no more files be opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_without_open_files_to_spare_counting_goes_on_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox.sqlite3"
    with _running(path) as (outbox, checkpoints):
        writer = RecordWriter(outbox, checkpoints, "f")
        writer.append([flow(0)], b"state", 1, b"people")
        with _no_more_files():
            for minute in range(1, 30):
                writer.append([flow(minute)], b"state", minute, b"people")
                writer.forget_people()
        writer.append([flow(30)], b"state", 30, b"people")
        assert seqs(outbox) == list(range(1, 32))
    assert "Too many open files" in caplog.text


def test_a_deleted_file_is_written_again_once_files_can_be_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with _running(path) as (outbox, checkpoints):
        writer = RecordWriter(outbox, checkpoints, "f")
        writer.append([flow(0)], b"state", 1)
        path.unlink()
        with _no_more_files():
            writer.append([flow(1)], b"state", 2)
            assert not path.exists()
        writer.append([flow(2)], b"state", 3)
        assert seqs(outbox) == [1, 2, 3]
        assert path.exists()


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_errors_of_the_disk_pass(tmp_path: Path, code: int) -> None:
    found = passing_error(OSError(code, os.strerror(code)), tmp_path / "outbox.sqlite3")
    assert isinstance(found, OutboxUnavailableError)
    assert isinstance(found, OutboxFullError) == (code == errno.ENOSPC)


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_READONLY_DBMOVED, True),
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_NOTADB, False),
        (sqlite3.SQLITE_IOERR_SHORT_READ, False),
        (sqlite3.SQLITE_ERROR, False),
    ],
)
def test_errors_of_sqlite_pass_but_for_damage(tmp_path: Path, code: int, passes: bool) -> None:
    error = sqlite3.OperationalError("a test")
    error.sqlite_errorcode = code
    assert (passing_error(error, tmp_path / "outbox.sqlite3") is not None) == passes


def test_a_read_only_outbox_is_said_so_and_written_again_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with _running(path) as (outbox, _):
        outbox.append([flow(0)])
        outbox._connection.execute("pragma query_only = on")  # noqa: SLF001 - the disk, as SQLite sees it
        with pytest.raises(OutboxUnavailableError, match="readonly"):
            outbox.append([flow(1)])
        assert seqs(outbox) == [1]
        outbox._connection.execute("pragma query_only = off")  # noqa: SLF001 - the same
        outbox.append([flow(1)])
        assert seqs(outbox) == [1, 2]


@pytest.mark.parametrize("mask", [0, 0o022])
def test_files_and_folders_are_the_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "new" / "deeper" / "outbox.sqlite3"
    before = os.umask(mask)
    try:
        with closing(open_outbox(path, SetClock())) as outbox, Lock(path):
            outbox.append([flow(0)])
            PeopleFile(path).write(People("f", 1, b"state"))
            outbox.begin_epoch("a test")
            _are_private(path)
    finally:
        os.umask(before)
    for one in path.parent.iterdir():
        one.chmod(0o644)
    path.parent.chmod(0o755)
    open_outbox(path, SetClock()).close()
    _are_private(path)


def _are_private(path: Path) -> None:
    for one in path.parent.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600, one
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder


def test_a_folder_that_others_use_too_stays_as_it_is(tmp_path: Path) -> None:
    path, other = tmp_path / "outbox.sqlite3", tmp_path / "device.toml"
    other.write_text("")
    other.chmod(0o644)
    tmp_path.chmod(0o755)
    open_outbox(path, SetClock()).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_reading_from_elsewhere_is_no_damage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "outbox.sqlite3"
    with caplog.at_level(logging.ERROR), _running(path) as (outbox, _):
        outbox.append([flow(0)])
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
            assert reader.execute("select last_seq from meta").fetchone() == (1,)
        outbox.append([flow(1)])
        assert seqs(outbox) == [1, 2]
    assert caplog.text == ""
