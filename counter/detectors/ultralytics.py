"""The one file that imports Ultralytics, which is under the AGPL-3.0: nothing else here needs it.

Only its detection is used; who is who from frame to frame is our own tracker's business.
"""

import os
from collections.abc import Mapping
from types import ModuleType
from typing import Final

import numpy as np

from counter.detectors.boxes import Boxes, Image
from counter.detectors.model_families import PERSON
from counter.detectors.settings import UltralyticsDetector
from counter.errors import DetectorError, SourceError

_ALONE: Final = {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}
"""Read by the library when it is imported: it asks no server, installs nothing, and leaves the log to us."""
_MOST_OVERLAP: Final = 0.7
_BLANK: Final = 64


class Yolo:
    """A detection model in any format that Ultralytics reads.

    Raises DetectorError: the weights are missing or no model, of another task, or without a class for people.
    """

    def __init__(self, settings: UltralyticsDetector) -> None:
        library = _library()
        self._weights = str(settings.weights)
        self._wishes = {"conf": settings.confidence, "iou": _MOST_OVERLAP, "verbose": False, "device": "cpu"}
        if settings.image_size is not None:
            self._wishes["imgsz"] = settings.image_size
        blank = np.zeros((_BLANK, _BLANK, 3), dtype=np.uint8)
        try:
            self._model = library.YOLO(self._weights, task="detect")
            self._model.predict(blank, **self._wishes)
        except Exception as error:  # whatever torch, OpenCV or the library itself may raise
            raise DetectorError(f"{self._weights} can't be used by Ultralytics: {_first_line(error)}") from error
        loaded = self._model.predictor.model
        self._check_task(str(getattr(loaded, "task", None) or self._model.task))
        self._wishes["classes"] = [self._person(loaded.names)]

    def detect(self, image: Image, _at_ms: int = 0, /) -> Boxes:
        """Return a box for each person in `image`, shape (h, w, 3), BGR. Raises SourceError."""
        try:
            found = self._model.predict(image, **self._wishes)[0].boxes
        except Exception as error:  # as above
            raise SourceError(f"{self._weights} failed on a picture: {_first_line(error)}") from error
        xyxy = np.asarray(found.xyxy.cpu().numpy(), dtype=np.float32).reshape(-1, 4)
        return Boxes(xyxy, np.asarray(found.conf.cpu().numpy(), dtype=np.float32)).within(image)

    def close(self) -> None:
        """Nothing to let go of: the model ends with this object."""

    def _check_task(self, task: str) -> None:
        if task != "detect":
            raise DetectorError(
                f"{self._weights} was trained for {task!r}; counting needs a model of the task 'detect'"
            )

    def _person(self, names: Mapping[int, str]) -> int:
        for number, name in names.items():
            if name.lower() == PERSON:
                return number
        raise DetectorError(f"{self._weights} finds no people: none of its {len(names)} classes is named {PERSON!r}")


def _library() -> ModuleType:
    os.environ.update(_ALONE)
    try:
        import ultralytics  # noqa: PLC0415 - only a device whose file names it has it
    except ModuleNotFoundError as error:
        raise DetectorError(
            f"detector.kind = 'ultralytics' needs {error.name}, which is not installed: "
            "pip install 'platspuls[ultralytics]'"
        ) from error
    library: ModuleType = ultralytics
    return library


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
