"""What a device file says under [source] when its kind is "beams" or "tof"."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from counter.fields import Key, Number, StrictTable, Switch, Whole

_ROOM_M = 0.6

LineKey = Annotated[
    Key,
    Field(
        description="Key, in the site file, of the line through this doorway. Such a sensor decides crossings itself: "
        "there are no [[lines]] tables."
    ),
]
BlockedS = Annotated[
    Number,
    Field(
        ge=2,
        le=600,
        description="From how many seconds on a beam or zone that stays taken counts as blocked: the whole of that "
        "time is missing, and its records are flagged.",
    ),
]
GapMs = Annotated[
    Whole,
    Field(
        ge=0,
        le=1000,
        description="A beam or zone that is free for less than so many milliseconds was not left: the gaps between "
        "arms, legs and body.",
    ),
]


I2cBus = Annotated[Path, Field(description="The I2C bus that the part hangs on.")]


class TofSource(StrictTable):
    """A ranger (VL53L1X) above a doorway, looking down. It decides crossings itself; it sees no dwell."""

    kind: Literal["tof"]
    line: LineKey
    bus: I2cBus = Path("/dev/i2c-1")
    address: Whole = Field(default=0x29, ge=0x08, le=0x77, description="Its address on the bus: 0x29 is 41.")
    height_m: Number = Field(
        ge=1.9,
        le=3.5,
        description="Height of the part above the floor, metres. The floor is measured when the counter starts, and "
        "must be there within 25 centimetres.",
    )
    least_m: Number = Field(
        default=1.0,
        ge=0.3,
        le=1.5,
        description="Who reaches less high above the floor than this isn't counted, metres: dogs, bags, toddlers.",
    )
    most_m: Number = Field(
        default=2.0,
        ge=1.8,
        le=3.5,
        description="What reaches higher above the floor than this isn't somebody, metres: the upper edge of a door.",
    )
    turned: Switch = Field(
        default=False,
        description="Turns forward round, where the part is mounted the other way about: walk below it, and see.",
    )
    budget_ms: Literal[20, 33, 50] = Field(
        default=20,
        description="Time of one measurement, milliseconds: longer ones see darker clothes, fewer runners.",
    )
    gap_ms: GapMs = 0
    blocked_s: BlockedS = 10.0

    @model_validator(mode="after")
    def _has_room_for_people(self) -> Self:
        if self.height_m - self.least_m < _ROOM_M:
            raise ValueError(
                f"height_m {self.height_m} leaves {self.height_m - self.least_m:.2f} m above least_m {self.least_m}: "
                f"less than {_ROOM_M} m, in which nobody can be distinguished from the floor"
            )
        return self


class BeamsSource(StrictTable):
    """Two light beams across a doorway, one behind the other. They decide crossings themselves; they see no dwell."""

    kind: Literal["beams"]
    line: LineKey
    chip: Path = Field(default=Path("/dev/gpiochip0"), description="The GPIO character device.")
    first_pin: Whole = Field(
        ge=0, le=511, description="Line number on the chip (GPIO17 is 17) of the beam met first on the way forward."
    )
    second_pin: Whole = Field(ge=0, le=511, description="The same of the beam met second.")
    taken_is: Literal["high", "low"] = Field(
        default="high",
        description="Level of the pin while the beam is interrupted. Wire so that it is high: with the pull-up a cut "
        "wire then reads as a blocked beam, not as nobody.",
    )
    pull: Literal["up", "down", "none"] = Field(default="up", description="The pin's own resistor.")
    debounce_ms: Whole = Field(
        default=2, ge=0, le=50, description="Changes shorter than so many milliseconds are noise."
    )
    gap_ms: GapMs = 100
    blocked_s: BlockedS = 10.0
    beam_gap_m: Number = Field(
        default=0.15,
        ge=0.03,
        le=1.0,
        description="Distance between the two beams, metres. Only a simulated doorway needs to know.",
    )
    height_m: Number = Field(
        default=1.0,
        ge=0.1,
        le=2.0,
        description="Height of the beams above the floor, metres. Only a simulated doorway needs to know.",
    )

    @model_validator(mode="after")
    def _has_two_beams(self) -> Self:
        if self.first_pin == self.second_pin:
            raise ValueError(f"first_pin and second_pin are both {self.first_pin}: two beams need two pins")
        return self
