"""The one file that imports onnxruntime."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from counter.detectors.boxes import Floats
from counter.detectors.cores import thread_count
from counter.detectors.library import first_line, library_needed
from counter.detectors.model_families import ModelFacts
from counter.detectors.model_metadata import names_of
from counter.detectors.runtime_detector import input_size
from counter.detectors.settings import OnnxDetector
from counter.errors import DetectorError, SourceError

_TYPES: Final = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_ERRORS_ONLY: Final = 3
_THREADS: Final = ("intra_op", "inter_op")
"""Both kinds of threads of the library wait by spinning unless they are asked not to."""


class OnnxRuntime:
    """A model in an ONNX file, on the processor.

    Raises DetectorError: the file is not an ONNX model, or takes something else than one picture.
    """

    def __init__(self, settings: OnnxDetector) -> None:
        with library_needed("onnx"):
            import onnxruntime  # noqa: PLC0415 - only a device whose file names it has it
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = thread_count(settings.threads)
        for threads in _THREADS:
            options.add_session_config_entry(f"session.{threads}.allow_spinning", "0")
        options.log_severity_level = _ERRORS_ONLY
        self._weights = str(settings.weights)
        try:
            self._session = onnxruntime.InferenceSession(self._weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's errors have no class in common
            raise DetectorError(f"{self._weights} can't be read as an ONNX model: {first_line(error)}") from error
        inputs = self._session.get_inputs()
        shape = inputs[0].shape
        if len(inputs) != 1 or len(shape) != 4 or shape[1] != 3 or inputs[0].type not in _TYPES:  # noqa: PLR2004 - (1, 3, h, w)
            inputs = ", ".join(f"{one.name} {one.shape} {one.type}" for one in inputs)
            raise DetectorError(f"{self._weights} takes {inputs}; counting needs a model that takes one picture")
        self._input: str = inputs[0].name
        self._type = _TYPES[inputs[0].type]
        self._height, self._width = input_size(self._weights, _own_size(shape[2:]), settings.image_size)

    def facts(self) -> ModelFacts:
        """Return what the model's file says of itself; shapes that it leaves open are tried out."""
        written = self._session.get_modelmeta().custom_metadata_map
        blank = np.zeros((1, 3, self._height, self._width), dtype=np.float32)
        outputs = [output.shape for output in self._all(blank)]
        return ModelFacts(self._weights, self._height, self._width, outputs, names_of(written), written.get("task", ""))

    def run(self, blob: Floats) -> Floats:
        """Return the model's only output for an input of shape (1, 3, h, w). Raises SourceError."""
        return np.asarray(self._all(blob)[0], dtype=np.float32)

    def _all(self, blob: Floats) -> list[Floats]:
        try:
            outputs: list[Floats] = self._session.run(None, {self._input: blob.astype(self._type, copy=False)})
        except Exception as error:  # as above
            raise SourceError(f"{self._weights} failed on a picture: {first_line(error)}") from error
        return outputs


def _own_size(shape: Sequence[object]) -> tuple[int, int]:
    height, width = (side if isinstance(side, int) and side > 0 else 0 for side in shape)
    return height, width
