"""What the memory of an MLX90640 says about its pixels, and temperatures by it. By the data sheet's chapter 11.

Words are 16 bits. Word n of the memory is at address 0x2400 + n; word n of the RAM is at 0x0400 + n, pixels first, row
by row. Names are those of the data sheet, in small letters. Rows and columns are counted from 0 here, from 1 there.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.int64]

SHAPE: Final = (24, 32)
PIXELS: Final = 768
MEMORY_WORDS: Final = 832
RAM_WORDS: Final = 832
_KELVIN: Final = 273.15
_VDD: Final = 3.3
_TA: Final = 25.0
_REFLECTED_C: Final = 8.0
"""The part is so much warmer than what is mirrored in what it sees."""
_VBE, _CP, _GAIN, _PTAT, _CP_1, _VDD_PIX = 0x300, 0x308, 0x30A, 0x320, 0x328, 0x32A


def signed(value: Words | int, bits: int) -> Words:
    """Return values of some bits as two's complement says."""
    value = np.asarray(value, dtype=np.int64)
    return np.asarray(np.where(value >= 1 << (bits - 1), value - (1 << bits), value), dtype=np.int64)


def _field(word: int, low: int, bits: int) -> int:
    return int(word) >> low & (1 << bits) - 1


def _signed(word: int, low: int, bits: int) -> int:
    return int(signed(_field(word, low, bits), bits))


def _nibbles(words: Words) -> Words:
    """Return the four 4-bit numbers of each word, the lowest first."""
    return signed(np.stack([words >> low & 0xF for low in (0, 4, 8, 12)], axis=1).ravel(), 4)


@dataclass(frozen=True, slots=True)
class Calibration:
    """One part's constants.

    Attributes:
        offset, alpha, kta, kv: shape (24, 32): what a pixel reads at 25 degrees and 3.3 V, its sensitivity, and how
            temperature and supply change what it reads.
        cp_offset, cp_alpha: of the blind pixel, in each of the two subpages.
        failed: shape (24, 32), pixels that don't work.
    """

    k_vdd: int
    vdd_25: int
    kv_ptat: float
    kt_ptat: float
    ptat_25: int
    alpha_ptat: float
    gain: int
    tgc: float
    ks_ta: float
    ks_to: float
    resolution: int
    offset: Floats
    alpha: Floats
    kta: Floats
    kv: Floats
    cp_offset: tuple[int, int]
    cp_alpha: tuple[float, float]
    cp_kta: float
    cp_kv: float
    failed: NDArray[np.bool_]

    @classmethod
    def of(cls, memory: Words) -> Self:
        """Restore the constants from the memory, shape (832,), words."""
        ee = [int(word) for word in memory]
        pixels = np.asarray(memory[64:], dtype=np.int64).reshape(SHAPE)
        kta_scale, kv_scale, own_scale = _field(ee[56], 4, 4) + 8, _field(ee[56], 8, 4), 2.0 ** _field(ee[56], 0, 4)
        kta_means = [_signed(ee[word], low, 8) for low in (8, 0) for word in (54, 55)]
        cp_alpha = _signed(ee[57], 0, 10) / 2 ** (_field(ee[32], 12, 4) + 27)
        cp_offset = _signed(ee[58], 0, 10)
        return cls(
            k_vdd=_signed(ee[51], 8, 8) * 32,
            vdd_25=(_field(ee[51], 0, 8) - 256) * 32 - 8192,
            kv_ptat=_signed(ee[50], 10, 6) / 4096,
            kt_ptat=_signed(ee[50], 0, 10) / 8,
            ptat_25=int(signed(ee[49], 16)),
            alpha_ptat=_field(ee[16], 12, 4) / 4 + 8,
            gain=int(signed(ee[48], 16)),
            tgc=_signed(ee[60], 0, 8) / 32,
            ks_ta=_signed(ee[60], 8, 8) / 8192,
            ks_to=_signed(ee[61], 8, 8) / 2 ** (_field(ee[63], 0, 4) + 8),
            resolution=_field(ee[56], 12, 2),
            offset=_spread(memory[16:32], signed(pixels >> 10, 6), int(signed(ee[17], 16))),
            alpha=_spread(memory[32:48], signed(pixels >> 4 & 0x3F, 6), ee[33]) / 2.0 ** (_field(ee[32], 12, 4) + 30),
            kta=(_checkered(kta_means) + signed(pixels >> 1 & 7, 3) * own_scale) / 2.0**kta_scale,
            kv=_checkered([_signed(ee[52], low, 4) for low in (12, 4, 8, 0)]) / 2.0**kv_scale,
            cp_offset=(cp_offset, cp_offset + _signed(ee[58], 10, 6)),
            cp_alpha=(cp_alpha, cp_alpha * (1 + _signed(ee[57], 10, 6) / 128)),
            cp_kta=_signed(ee[59], 0, 8) / 2**kta_scale,
            cp_kv=_signed(ee[59], 8, 8) / 2**kv_scale,
            failed=np.asarray(pixels == 0),
        )


def _spread(words: Words, remainder: Words, mean: int) -> Floats:
    """Return a value for each pixel: the mean, and what its row, its column and it itself add, each with a scale."""
    row_scale, column_scale, own_scale = (_field(int(words[0]), low, 4) for low in (8, 4, 0))
    rows, columns = _nibbles(words[2:8]), _nibbles(words[8:16])
    return np.asarray(
        mean + rows[:, None] * 2.0**row_scale + columns[None, :] * 2.0**column_scale + remainder * 2.0**own_scale
    )


def _checkered(means: list[int]) -> Floats:
    """Return shape (24, 32): four values for even and odd rows and columns, (0, 0), (0, 1), (1, 0), (1, 1)."""
    return np.tile(np.array(means, dtype=np.float64).reshape(2, 2), (12, 16))


def chess(subpage: int) -> NDArray[np.bool_]:
    """Return which pixels are measured in a subpage, shape (24, 32)."""
    rows, columns = np.indices(SHAPE)
    return np.asarray((rows + columns) % 2 == subpage)


def ambient(calibration: Calibration, ram: Words, resolution: int) -> tuple[float, float]:
    """Return the supply in V and the part's own temperature in degrees Celsius."""
    read = signed(ram, 16)
    rescale = 2.0**calibration.resolution / 2.0**resolution
    vdd = (rescale * int(read[_VDD_PIX]) - calibration.vdd_25) / calibration.k_vdd + _VDD
    ptat = int(read[_PTAT])
    art = ptat / (ptat * calibration.alpha_ptat + int(read[_VBE])) * 2.0**18
    ta = (art / (1 + calibration.kv_ptat * (vdd - _VDD)) - calibration.ptat_25) / calibration.kt_ptat + _TA
    return vdd, ta


def temperatures(  # noqa: PLR0913, PLR0917 - what the data sheet's formula takes
    calibration: Calibration,
    ram: Words,
    subpage: int,
    resolution: int,
    emissivity: float = 0.95,
    reflected_c: float | None = None,
) -> Floats:
    """Return the temperatures of all pixels by one subpage's RAM, degrees Celsius, shape (24, 32).

    Only those of its chess pattern are of this subpage. The part must be in chess mode. A pixel that can't have such a
    reading (nan) stays nan.
    """
    vdd, ta = ambient(calibration, ram, resolution)
    reflected_c = ta - _REFLECTED_C if reflected_c is None else reflected_c
    warm, supply = ta - _TA, vdd - _VDD
    read = signed(ram, 16)
    gain = calibration.gain / int(read[_GAIN])
    blind = int(read[_CP_1 if subpage else _CP]) * gain - calibration.cp_offset[subpage] * (
        1 + calibration.cp_kta * warm
    ) * (1 + calibration.cp_kv * supply)
    heat = read[:PIXELS].reshape(SHAPE) * gain - calibration.offset * (1 + calibration.kta * warm) * (
        1 + calibration.kv * supply
    )
    heat = (heat - calibration.tgc * blind) / emissivity
    alpha = (calibration.alpha - calibration.tgc * calibration.cp_alpha[subpage]) * (1 + calibration.ks_ta * warm)
    return objects(heat, alpha, mirrored(ta, reflected_c, emissivity), calibration.ks_to)


def mirrored(ta: float, reflected_c: float, emissivity: float) -> float:
    """Return the fourth power of temperature, in kelvin, that a body without heat of its own would show."""
    reflected4, own4 = (reflected_c + _KELVIN) ** 4, (ta + _KELVIN) ** 4
    return reflected4 - (reflected4 - own4) / emissivity


def objects(heat: Floats, alpha: Floats, tar: float, ks_to: float) -> Floats:
    """Return temperatures in degrees Celsius by compensated readings and sensitivities; any shape."""
    with np.errstate(invalid="ignore", divide="ignore"):
        sx = ks_to * (alpha**3 * heat + alpha**4 * tar) ** 0.25
        return np.asarray((heat / (alpha * (1 - ks_to * _KELVIN) + sx) + tar) ** 0.25 - _KELVIN)
