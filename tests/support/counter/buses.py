"""Simulated parts on a simulated I2C bus: registers as the data sheets say, and the faults that a real bus has."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from counter.sources.parts.i2c import I2cPart
from counter.sources.parts.mlx90640_calibration import Words


class Chip(Protocol):
    """Something at an address."""

    def write(self, data: bytes) -> None: ...

    def read(self, prefix: bytes, count: int) -> bytes: ...


@dataclass
class SimulatedBus:
    """A bus with chips by address. `fails` with an errno, while it is set, whatever is asked."""

    chips: dict[int, Chip]
    fails: int | None = None
    closed: bool = False

    def write(self, address: int, data: bytes) -> None:
        self._chip(address).write(data)

    def read(self, address: int, prefix: bytes, count: int) -> bytes:
        return self._chip(address).read(prefix, count)

    def close(self) -> None:
        self.closed = True

    def _chip(self, address: int) -> Chip:
        if self.fails is not None:
            raise OSError(self.fails, "simulated")
        if address not in self.chips:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return self.chips[address]

    def part(self, address: int, name: str) -> I2cPart:
        return I2cPart(self, address, name, pause=lambda _: None)


@dataclass
class Grid:
    """An AMG8833: 8-bit registers."""

    registers: bytearray = field(default_factory=lambda: bytearray(256))
    changes: bool = True

    def write(self, data: bytes) -> None:
        for place, value in enumerate(data[1:]):
            self.registers[data[0] + place] = value

    def read(self, prefix: bytes, count: int) -> bytes:
        register = prefix[0] if prefix else 0
        if self.changes and register == 0x80:
            self.registers[0xFE] ^= 1
        return bytes(self.registers[register : register + count])

    def show(self, raw: Words) -> None:
        self.registers[0x80:0x100] = raw.astype("<u2").tobytes()


@dataclass
class Array32:
    """An MLX90640: 16-bit words at 16-bit addresses. A subpage is ready whenever the status is asked, unless stale."""

    memory: Words
    ram: Words
    stale: bool = False
    control: int = 0x1901
    obeys: bool = True
    subpage: int = 1

    def write(self, data: bytes) -> None:
        register, value = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big")
        if register == 0x800D and self.obeys:
            self.control = value
        if register == 0x8000:
            self.subpage = 1 - self.subpage

    def read(self, prefix: bytes, count: int) -> bytes:
        register = int.from_bytes(prefix, "big")
        if register == 0x8000:
            return (self.subpage | (0 if self.stale else 8)).to_bytes(2, "big")
        if register == 0x800D:
            return self.control.to_bytes(2, "big")
        words = self.memory[register - 0x2400 :] if register >= 0x2400 else self.ram[register - 0x0400 :]
        return (words[: count // 2] & 0xFFFF).astype(">u2").tobytes()


@dataclass
class Ranger:
    """A VL53L1X: 8-bit registers at 16-bit addresses. It measures what `distance_mm` says of the zone asked for."""

    distance_mm: Callable[[int], int]
    model: int = 0xEACC
    stale: bool = False
    status: int = 9
    registers: bytearray = field(default_factory=lambda: bytearray(0x200))
    measured: list[int] = field(default_factory=list)
    pointer: int = 0

    def __post_init__(self) -> None:
        self.registers[0x010F:0x0111] = self.model.to_bytes(2, "big")
        self.registers[0x0111] = 0x10
        self.registers[0x00E5] = 1

    def write(self, data: bytes) -> None:
        register, values = int.from_bytes(data[:2], "big"), data[2:]
        self.pointer = register
        self.registers[register : register + len(values)] = values
        if register == 0x0087 and values == b"\x40":
            zone = self.registers[0x007F]
            self.measured.append(zone)
            self.registers[0x0089] = self.status
            self.registers[0x0096:0x0098] = self.distance_mm(zone).to_bytes(2, "big")
            self.registers[0x0031] = 0 if self.stale else 1
        if register == 0x0086:
            self.registers[0x0031] = 0

    def read(self, prefix: bytes, count: int) -> bytes:
        register = int.from_bytes(prefix, "big") if prefix else self.pointer
        return bytes(self.registers[register : register + count])


def example_memory() -> Words:
    """Return the memory of the data sheet's worked example; all pixels are as its pixel (12, 16)."""
    constants = (
        "4210 ffbb 0202 f202 f2f2 e2e2 d1e1 b1d1 f10f f00f e0ef e0ef e1e1 f3f2 f404 e504 "
        "79a6 2f44 ffdd 2210 3333 2233 ef01 9acc eedc 10ff 2221 3333 2333 0112 eeff bbdd "
        "18ef 2ff1 5952 9d68 5454 0994 6956 5354 2363 e446 fbb5 044b f020 9797 9797 2889"
    )
    memory = np.full(832, 0x08A0, dtype=np.int64)
    memory[:16] = 0
    memory[7:10] = 0x1234
    memory[16:64] = [int(word, 16) for word in constants.split()]
    return memory


def example_ram() -> Words:
    """Return the RAM of the same example; all pixels read what pixel (12, 16) does."""
    ram = np.zeros(832, dtype=np.int64)
    ram[:768] = 0x0261
    words = {0x700: 0x4BF2, 0x708: 0xFFCA, 0x70A: 0x1881, 0x720: 0x06AF, 0x728: 0xFFC8, 0x72A: 0xCCC5}
    for address, word in words.items():
        ram[address - 0x400] = word
    return ram
