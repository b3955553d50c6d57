"""Which weights are known: each file with its address, licence, size and SHA-256.

Nothing of them is ours, and none of them comes with the program. Where each SHA-256 is from: `docs/detectors.md`.
"""

from dataclasses import dataclass
from typing import Final, Literal

_YOLOX: Final = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0"
_ULTRALYTICS: Final = "https://github.com/ultralytics/assets/releases/download/v8.3.0"


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """One file of weights, as its makers released it.

    Attributes:
        name: by which it is asked for.
        file: its name in a folder.
        detector: the `kind` of the [detector] table that reads it.
        licence: its SPDX identifier.
        makers: who released it.
        folder: the address that it lies under.
        size: bytes.
        sha256: of the released file, 64 hexadecimal digits.
        copies: SHA-256 of other exports of the same weights that count as well, by measurements of this project.
        note: what somebody must know before they use it.
    """

    name: str
    file: str
    detector: Literal["onnx", "ultralytics"]
    licence: str
    makers: str
    folder: str
    size: int
    sha256: str
    copies: tuple[str, ...] = ()
    note: str = ""

    @property
    def address(self) -> str:
        """Where its makers publish it."""
        return f"{self.folder}/{self.file}"


WEIGHTS: Final = {
    one.name: one
    for one in (
        ReleasedFile(
            name="yolox_nano",
            file="yolox_nano.onnx",
            detector="onnx",
            licence="Apache-2.0",
            makers="Megvii",
            folder=_YOLOX,
            size=3_659_407,
            sha256="c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
            copies=("e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd",),
        ),
        ReleasedFile(
            name="yolox_tiny",
            file="yolox_tiny.onnx",
            detector="onnx",
            licence="Apache-2.0",
            makers="Megvii",
            folder=_YOLOX,
            size=20_219_662,
            sha256="427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        ),
        ReleasedFile(
            name="yolo11n",
            file="yolo11n.pt",
            detector="ultralytics",
            licence="AGPL-3.0",
            makers="Ultralytics",
            folder=_ULTRALYTICS,
            size=5_613_764,
            sha256="0ebbc80d4a7680d14987a577cd21342b65ecfd94632bd9a8da63ae6417644ee1",
            note="whoever passes on a device or a service with these weights must offer its whole source under the "
            "AGPL-3.0, or buy another licence from Ultralytics. A .pt file can run any program when it is read.",
        ),
    )
}
"""By name."""
