"""What a device file says under [detector]: one kind a library."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from counter.fields import ExistingFile, ExistingPlace, Number, Whole

_TABLE = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

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
    Whole, Field(ge=0, le=64, description="How many threads the model runs on; 0 leaves it to the library.")
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


class OnnxDetector(BaseModel):
    """onnxruntime: YOLOX with its raw output, or a detection model exported by Ultralytics to ONNX."""

    model_config = _TABLE

    kind: Literal["onnx"]
    weights: ExistingFile = Field(description="The .onnx file.")
    confidence: Confidence = 0.4
    image_size: ImageSize = None
    threads: Threads = 0


class OpenVinoDetector(BaseModel):
    """OpenVINO: a detection model exported by Ultralytics to OpenVINO, or what `onnx` takes."""

    model_config = _TABLE

    kind: Literal["openvino"]
    weights: ExistingPlace = Field(description="The exported folder, its .xml file, or an .onnx file.")
    confidence: Confidence = 0.4
    image_size: ImageSize = None
    threads: Threads = 0


class UltralyticsDetector(BaseModel):
    """Ultralytics (AGPL-3.0): any detection model in any format that it reads."""

    model_config = _TABLE

    kind: Literal["ultralytics"]
    weights: ExistingPlace = Field(
        description="A .pt file, or an exported file or folder. A .pt file can run any program: use only those whose "
        "makers you trust."
    )
    confidence: Confidence = 0.4
    image_size: ImageSize = None


DetectorTable = Annotated[OnnxDetector | OpenVinoDetector | UltralyticsDetector, Field(discriminator="kind")]
