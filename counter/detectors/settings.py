"""What a device file says under [detector]: one kind a library."""

from typing import Annotated, Literal

from pydantic import Field

from counter.fields import ExistingFile, ExistingPath, Number, StrictTable, Switch, Whole

Confidence = Annotated[
    Number,
    Field(
        ge=0.05,
        le=0.95,
        description="How sure the model must be that there is a person, 0.05 to 0.95; lower sees more, and more that "
        "is none.",
    ),
]
Threads = Annotated[
    Whole,
    Field(
        ge=0,
        le=64,
        description="How many threads the detector runs on; 0: one fewer than the cores that this process may use, "
        "1 to 4.",
    ),
]
SkipStill = Annotated[
    Switch,
    Field(
        description="From counting version 3 on: whether pictures in which nothing moves are searched for people only "
        "once a second, and have the people of the last search. It saves processor time."
    ),
]
ImageSize = Annotated[
    Whole | None,
    Field(
        ge=32,
        le=4096,
        multiple_of=32,
        description="Side of the square that the picture is laid into, in pixels, for models that leave it open "
        "(640 where nothing is said); refused for the others.",
    ),
]


class OnnxDetector(StrictTable):
    """onnxruntime: YOLOX with its raw output, or a detection model exported by Ultralytics to ONNX."""

    kind: Literal["onnx"]
    weights: ExistingFile = Field(description="The .onnx file.")
    confidence: Confidence = 0.4
    image_size: ImageSize = None
    threads: Threads = 0
    skip_still: SkipStill = True


class OpenVinoDetector(StrictTable):
    """OpenVINO: a detection model exported by Ultralytics to OpenVINO, or what `onnx` takes."""

    kind: Literal["openvino"]
    weights: ExistingPath = Field(description="The exported folder, its .xml file, or an .onnx file.")
    confidence: Confidence = 0.4
    image_size: ImageSize = None
    threads: Threads = 0
    skip_still: SkipStill = True


class UltralyticsDetector(StrictTable):
    """Ultralytics (AGPL-3.0): any detection model in any format that it reads."""

    kind: Literal["ultralytics"]
    weights: ExistingPath = Field(
        description="A .pt file, or an exported file or folder. A .pt file can run any program: use only those whose "
        "makers you trust."
    )
    confidence: Confidence = 0.4
    image_size: ImageSize = None
    threads: Threads = 0
    skip_still: SkipStill = True


class BackgroundDetector(StrictTable):
    """People under a camera that looks straight down, as what stands out against the floor: needs no weights."""

    kind: Literal["background"]
    person_m: Number = Field(
        default=0.5, ge=0.2, le=1.5, description="How wide a person is from above, in metres: shoulders with clothes."
    )
    shadows: Switch = Field(
        default=True,
        description="Whether what is only darker than the floor is a shadow. False sees grey clothes on a grey floor, "
        "and shadows.",
    )
    still_s: Whole = Field(
        default=300,
        ge=10,
        le=86_400,
        description="Who does not move at all for so many seconds is taken for a thing, and is no longer seen.",
    )
    fade_s: Whole = Field(
        default=60, ge=5, le=3600, description="How many seconds a slow change of light takes to become usual."
    )


DetectorTable = Annotated[
    OnnxDetector | OpenVinoDetector | UltralyticsDetector | BackgroundDetector, Field(discriminator="kind")
]
