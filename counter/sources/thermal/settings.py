"""What a device file says under [source] when its kind is "thermal"."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from counter.fields import Number, StrictTable, Whole
from counter.sources.doorway.settings import I2cBus


class ThermalSource(StrictTable):
    """A thermal array that looks straight down. Lines and zones are drawn in metres on the floor, 0, 0 right below it.

    x runs along the rows of its picture and y along the columns, downwards.
    """

    kind: Literal["thermal"]
    part: Literal["amg8833", "mlx90640"] = Field(
        description="Which array: 8 x 8 (Grid-EYE AMG8833) or 32 x 24 (MLX90640)."
    )
    bus: I2cBus = Path("/dev/i2c-1")
    address: Whole | None = Field(
        default=None, ge=0x08, le=0x77, description="Its address on the bus; 0x69 and 0x33 where nothing is said."
    )
    height_m: Number = Field(
        ge=2.0,
        le=6.0,
        description="Height of the part above the floor, metres: 2.4 to 4 for the AMG8833, from 2.3 on for the "
        "MLX90640 BAA. From elsewhere `counter check` refuses it, and no time is watched.",
    )
    field_deg: tuple[Number, Number] | None = Field(
        default=None,
        description="Its field of view along x and y, degrees; 60, 60 (AMG8833) and 110, 75 (MLX90640 BAA) where "
        "nothing is said. The MLX90640 BAB has 55, 35.",
    )
    contrast_c: Number = Field(
        default=1.2,
        gt=0.2,
        le=10,
        description="How much warmer than the floor a spot must be to be somebody, degrees Celsius. In winter "
        "clothes, seen from high up, people are less so.",
    )
    still_s: Whole = Field(
        default=600,
        ge=30,
        le=86_400,
        description="What is warm and doesn't move for about so many seconds is taken for a thing, and no longer seen.",
    )
