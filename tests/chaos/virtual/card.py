"""What happens to the files of a counter: images taken and put back, bits flipped, pages gone."""

import random
import shutil
from pathlib import Path
from typing import Final

from tests.chaos.virtual.plan import Fault, Kind

_PAGE: Final = 4096
_SHM: Final = "-shm"


class Card:
    """The folder of a counter's files, and images of it by their time."""

    def __init__(self, folder: Path, outbox: Path, seed: int) -> None:
        self.folder = folder
        self.outbox = outbox
        self._images = folder.parent / f"{folder.name}-images"
        self._images.mkdir()
        self._taken: list[float] = []
        self._rng = random.Random(seed)

    def take_image(self, at_s: float) -> None:
        """Copy all files as they are."""
        shutil.copytree(self.folder, self._image(at_s))
        self._taken.append(at_s)

    def put_back(self, image_s: float) -> None:
        """Put an image in place of all files."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._image(image_s), self.folder)

    def aged(self, now_s: float, age_s: float) -> float | None:
        """Return the newest image of at least such an age; None for none."""
        return max((at_s for at_s in self._taken if at_s <= now_s - age_s), default=None)

    def begin_again(self, copy: Path) -> None:
        """Put the files as they were in `copy` in place: what ended without closing them leaves them so."""
        shutil.rmtree(self.folder)
        copy.rename(self.folder)

    def snapshot(self) -> Path:
        """Copy all files to a folder of their own and return it."""
        copy = self.folder.with_name(self.folder.name + "-killed")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)
        return copy

    def names(self, epoch: str) -> bool:
        """Return whether the epoch stands anywhere in the outbox or its log."""
        return any(epoch.encode() in file.read_bytes() for file in (self.outbox, self._log()) if file.exists())

    def damage(self, fault: Fault, now_s: float) -> None:
        """Do what the fault says to the outbox, whose program may be running. Nothing where it is gone already."""
        if self.outbox.exists():
            self._damage(fault, now_s)

    def _damage(self, fault: Fault, now_s: float) -> None:
        match fault.kind:
            case Kind.FLIP | Kind.FLIP_RUNNING:
                flip(self.outbox, int(fault.size), self._rng)
            case Kind.PAGE:
                self._zero(_PAGE * self._rng.randrange(max(self.outbox.stat().st_size // _PAGE, 1)), _PAGE)
            case Kind.HEADER:
                self._zero(0, 100)
            case Kind.TRUNCATED:
                with self.outbox.open("r+b") as file:
                    file.truncate(self._rng.randrange(max(self.outbox.stat().st_size, 1)))
            case Kind.WAL:
                self._log().unlink(missing_ok=True)
                self.outbox.with_name(self.outbox.name + _SHM).unlink(missing_ok=True)
            case Kind.POWER if self._log().exists():
                with self._log().open("r+b") as file:
                    file.truncate(self._rng.randrange(self._log().stat().st_size + 1))
            case Kind.DELETED:
                self._unlink()
            case Kind.IMAGE_RUNNING:
                if (image_s := self.aged(now_s, fault.size)) is not None:
                    self._replace(self._image(image_s))
            case _:
                pass

    def _image(self, at_s: float) -> Path:
        return self._images / f"{at_s:09.1f}"

    def _log(self) -> Path:
        return self.outbox.with_name(self.outbox.name + "-wal")

    def _unlink(self) -> None:
        for file in self.folder.glob(self.outbox.name + "*"):
            if not file.name.endswith(".lock"):
                file.unlink()

    def _replace(self, image: Path) -> None:
        self._unlink()
        for file in image.glob(self.outbox.name + "*"):
            if not file.name.endswith((".lock", _SHM)):
                shutil.copy(file, self.folder / file.name)

    def _zero(self, at: int, size: int) -> None:
        with self.outbox.open("r+b") as file:
            file.seek(at)
            file.write(bytes(size))


def flip(path: Path, bits: int, rng: random.Random) -> None:
    """Flip so many bits of a file."""
    with path.open("r+b") as file:
        for _ in range(bits):
            at = rng.randrange(path.stat().st_size)
            file.seek(at)
            [value] = file.read(1)
            file.seek(at)
            file.write(bytes([value ^ 1 << rng.randrange(8)]))
