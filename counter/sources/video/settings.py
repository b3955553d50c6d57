"""What a device file says under [source] when its kind is "clip" or "camera"."""

from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from counter.fields import ExistingFile, Number, StrictTable, Whole

_PASSWORD = "{password}"  # noqa: S105 - the place of a password, not one
_NOT_FROM_ABOVE = "camera_height_m is for a camera that looks straight down: anchor = 'centre'"

PixelsPerMetre = Annotated[
    Number,
    Field(
        gt=0,
        le=2000,
        description="How many pixels of the picture make a metre where people are counted: the height of someone "
        "standing there, in pixels, divided by 1.7; for a camera that looks straight down, the width of a door "
        "divided by its metres. How people move, bands and margins are measured by it.",
    ),
]
Anchor = Annotated[
    Literal["feet", "centre"],
    Field(
        description="Which point of a box says where a person is: the middle of its lower edge, or, for a camera that "
        "looks straight down, its centre."
    ),
]
CameraHeight = Annotated[
    Number | None,
    Field(
        ge=2.2,
        le=30,
        description="For the detector `background`: how high above the floor a camera hangs that looks straight down, "
        "in metres. People are nearer to it than the floor, so they look larger, and lean outwards; with the height "
        "they are found by how they look, and counted where they stand. The middle of the picture must be right below "
        "the camera. Without it, pixels_per_metre must be that of shoulders.",
    ),
]
MaxRate = Annotated[
    Number | None,
    Field(gt=0, le=120, description="Most frames a second that are looked at; frames beyond are skipped."),
]
Side = Annotated[Whole, Field(ge=32, le=16_384)]

HINDSIGHT_MS: Final = 20_000
"""So much later it is known at the latest, with few exceptions, that a picture stood still or was covered."""


class ClipSource(StrictTable):
    """A recorded clip, counted once from its beginning to its end, as fast as the machine can."""

    kind: Literal["clip"]
    file: ExistingFile = Field(description="The clip, relative to the device file unless absolute.")
    start: AwareDatetime = Field(
        description="When its first frame was captured: a date-time with offset. A frame's time is this and its number "
        "divided by the clip's rate."
    )
    pixels_per_metre: PixelsPerMetre
    anchor: Anchor = "feet"
    camera_height_m: CameraHeight = None
    max_rate: MaxRate = None

    @model_validator(mode="after")
    def _is_straight_down(self) -> Self:
        if self.camera_height_m is not None and self.anchor != "centre":
            raise ValueError(_NOT_FROM_ABOVE)
        return self


class CameraSource(StrictTable):
    """A live camera: a device of this computer, or a stream of the network. Only its newest frame is looked at."""

    kind: Literal["camera"]
    address: Whole | str = Field(
        description='Number of a camera of this computer (0 is the first), its path ("/dev/video0"), or the address of '
        'a stream ("rtsp://...", "http://..."). {password} in it stands for what password_file holds.'
    )
    password_file: ExistingFile | None = Field(
        default=None, description="File with the camera's password, so that the device file can be shown to others."
    )
    size: tuple[Side, Side] = Field(
        description="Width and height of the picture that lines and zones are drawn in, in pixels; a picture of "
        "another size stops the counter."
    )
    pixels_per_metre: PixelsPerMetre
    anchor: Anchor = "feet"
    camera_height_m: CameraHeight = None
    max_rate: MaxRate = None

    @model_validator(mode="after")
    def _is_straight_down(self) -> Self:
        if self.camera_height_m is not None and self.anchor != "centre":
            raise ValueError(_NOT_FROM_ABOVE)
        return self

    @model_validator(mode="after")
    def _has_its_password(self) -> Self:
        if (self.password_file is not None) != (_PASSWORD in str(self.address)):
            raise ValueError("password_file and {password} in the address belong together, only one of them is there")
        return self

    def full_address(self) -> int | str:
        """Return the address with the password in it: never to be shown or logged."""
        if self.password_file is None or isinstance(self.address, int):
            return self.address
        return self.address.replace(_PASSWORD, self.password_file.read_text("utf-8").strip())
