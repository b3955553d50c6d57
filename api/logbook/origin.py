"""Where what people write comes from: when it was entered, how, and by a clock that was how far off."""

from typing import Annotated, Any, Final, Literal

from fastapi import Header
from pydantic import AwareDatetime, Field

from api.tables.base import FrozenModel

Via = Literal["page", "offline", "paper", "import"]
_VIA: Final = (
    "How it was entered: page (with contact), offline (kept on the device and sent later), paper (from a form), import "
    "(from a file)."
)
_SKEW: Final = "How far the clock of the device was off, in seconds: positive, it was ahead."

EnteredAt = Annotated[
    AwareDatetime | None,
    Header(
        description="When somebody entered it, with offset, by the device's clock put right; left out: as it arrives.",
        examples=["2026-10-01T19:05:00+02:00"],
    ),
]
EnteredVia = Annotated[Via | None, Header(description=f"{_VIA} Left out: not known.", examples=["offline"])]
EnteredSkew = Annotated[
    float | None,
    Header(
        alias="Entered-Skew-S",
        ge=-1e10,
        le=1e10,
        allow_inf_nan=False,
        description=f"{_SKEW} Left out: nobody knows.",
        examples=[-3.2],
    ),
]


class RecordOrigin(FrozenModel):
    """Where a version of a log record comes from, as rows show it."""

    entered_at: Annotated[
        AwareDatetime | None,
        Field(
            description="When somebody entered this version, by the device's clock put right. Null in histories alone: "
            "from before this was noted."
        ),
    ] = None
    entered_via: Annotated[Via | None, Field(description=f"{_VIA} Null: not known.", examples=["offline"])] = None
    entered_skew_s: Annotated[float | None, Field(description=f"{_SKEW} Null: not known.", examples=[-3.2])] = None
    late: Annotated[
        bool,
        Field(
            description="This version was entered on a later day than that on which what it is of ended (a night until "
            "04:00 belongs to the day before), or from paper.",
            examples=[False],
        ),
    ] = False
    clock_unsure: Annotated[
        bool,
        Field(
            description="Nobody knows how right entered_at is: the device didn't know how far its clock was off.",
            examples=[False],
        ),
    ] = False


ROW_FIELDS: Final[dict[str, Any]] = {
    name: (field.annotation, Field(field.default, description=field.description, examples=field.examples))
    for name, field in RecordOrigin.model_fields.items()
}
"""The same, as fields of the rows of other models."""


async def origin(
    entered_at: EnteredAt = None, entered_via: EnteredVia = None, skew: EnteredSkew = None
) -> dict[str, object]:
    """Return what a command takes of where something comes from."""
    said = {
        "entered_at": entered_at.isoformat() if entered_at else None,
        "entered_via": entered_via,
        "entered_skew_s": skew,
    }
    given = {name: value for name, value in said.items() if value is not None}
    return {"origin": given or None}


async def no_origin() -> dict[str, object]:
    """Return nothing: of what is declared, when it was declared is what matters."""
    return {}
