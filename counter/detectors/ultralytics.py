"""The one file that imports Ultralytics, which is under the AGPL-3.0: nothing else here needs it.

Only its detection is used; who is who from frame to frame is our own tracker's business.
"""

import os
from typing import Final

import numpy as np

from counter.detectors.boxes import Boxes, Image
from counter.detectors.cores import thread_count
from counter.detectors.library import first_line, library_needed
from counter.detectors.model_families import check_task, person_class
from counter.detectors.settings import UltralyticsDetector
from counter.errors import DetectorError, SourceError

_ALONE: Final = {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}
"""Read by the library when it is imported: it asks no server, installs nothing, and leaves the log to us."""
_PASSIVE: Final = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
"""Read by torch's threads when it is imported: they wait without spinning."""
_MOST_OVERLAP: Final = 0.7
_BLANK: Final = 64


class Yolo:
    """A detection model in any format that Ultralytics reads.

    Raises DetectorError: the weights are missing or no model, of another task, or without a class for people.
    """

    def __init__(self, settings: UltralyticsDetector) -> None:
        os.environ.update(_ALONE | _PASSIVE)
        with library_needed("ultralytics"):
            import ultralytics  # noqa: PLC0415 - only a device whose file names it has it
        with library_needed("ultralytics"):
            import torch  # noqa: PLC0415 - comes with it
        torch.set_num_threads(thread_count(settings.threads))
        self._weights = str(settings.weights)
        self._wishes = {"conf": settings.confidence, "iou": _MOST_OVERLAP, "verbose": False, "device": "cpu"}
        if settings.image_size is not None:
            self._wishes["imgsz"] = settings.image_size
        blank = np.zeros((_BLANK, _BLANK, 3), dtype=np.uint8)
        try:
            self._model = ultralytics.YOLO(self._weights, task="detect")
            self._model.predict(blank, **self._wishes)
        except Exception as error:  # whatever torch, OpenCV or the library itself may raise
            raise DetectorError(f"{self._weights} can't be used by Ultralytics: {first_line(error)}") from error
        loaded = self._model.predictor.model
        check_task(self._weights, str(getattr(loaded, "task", None) or self._model.task))
        self._wishes["classes"] = [person_class(self._weights, loaded.names)]

    def detect(self, image: Image, _at_ms: int = 0, /) -> Boxes:
        """Return a box for each person in `image`, shape (h, w, 3), BGR. Raises SourceError."""
        try:
            found = self._model.predict(image, **self._wishes)[0].boxes
        except Exception as error:  # as above
            raise SourceError(f"{self._weights} failed on a picture: {first_line(error)}") from error
        xyxy = np.asarray(found.xyxy.cpu().numpy(), dtype=np.float32).reshape(-1, 4)
        return Boxes(xyxy, np.asarray(found.conf.cpu().numpy(), dtype=np.float32)).within(image)
