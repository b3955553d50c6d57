"""A detector made of a runtime, which only multiplies, and the family of its model, which knows what that means."""

from typing import Final, Protocol

from counter.detectors.boxes import Boxes, Floats, Image
from counter.detectors.model_families import ModelFacts, recognise
from counter.errors import DetectorError

_FREE_SIZE: Final = 640


class Runtime(Protocol):
    """A loaded model."""

    def facts(self) -> ModelFacts:
        """Return what the model's file says of itself."""
        ...

    def run(self, blob: Floats) -> Floats:
        """Return the model's only output for an input of shape (1, 3, h, w). Raises SourceError."""
        ...


class RuntimeDetector:
    """Finds people with a model of a known family, without torch. `confidence`, 0..1, is how sure it must be.

    Raises DetectorError when the model is of no known family or finds no people.
    """

    def __init__(self, runtime: Runtime, confidence: float) -> None:
        self._family = recognise(runtime.facts())
        self._runtime = runtime
        self._confidence = confidence

    def detect(self, image: Image, _at_ms: int = 0, /) -> Boxes:
        """Return a box for each person in `image`, shape (h, w, 3), BGR. Raises SourceError."""
        laid = self._family.lay(image)
        found = self._family.boxes(self._runtime.run(self._family.blob(laid)), self._confidence)
        return Boxes(laid.back(found.xyxy), found.confidence).within(image)


def input_size(weights: str, own: tuple[int, int], requested: int | None) -> tuple[int, int]:
    """Return height and width of a model's input, in pixels.

    Args:
        weights: where the model is, for error messages.
        own: the height and width that it demands; 0 where it leaves one open.
        requested: the side of a square that the device file asks for.

    Raises DetectorError when the model demands another size than the requested one.
    """
    if all(own) and requested is not None and own != (requested, requested):
        raise DetectorError(
            f"detector.image_size = {requested}, but {weights} takes {own[1]} x {own[0]} pixels and nothing else: "
            "leave it out"
        )
    side = requested or _FREE_SIZE
    return own[0] or side, own[1] or side
