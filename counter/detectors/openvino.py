"""The one file that imports OpenVINO."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from counter.detectors.boxes import Floats
from counter.detectors.cores import thread_count
from counter.detectors.library import library_needed
from counter.detectors.model_families import ModelFacts
from counter.detectors.model_metadata import task_and_names
from counter.detectors.runtime_detector import input_size
from counter.detectors.settings import OpenVinoDetector
from counter.errors import DetectorError, SourceError

_MODELS: Final = (".xml", ".onnx")


class _Dimension(Protocol):
    """One side of a shape, as the library says it."""

    is_dynamic: bool

    def get_length(self) -> int: ...


class _Shape(Protocol):
    rank: _Dimension

    def __getitem__(self, axis: int) -> _Dimension: ...


class _Input(Protocol):
    partial_shape: _Shape


class OpenVinoRuntime:
    """A model in OpenVINO's own format or in ONNX, on the processor.

    Raises DetectorError: the files are no model, or it takes something else than one picture.
    """

    def __init__(self, settings: OpenVinoDetector) -> None:
        with library_needed("openvino"):
            import openvino  # noqa: PLC0415 - only a device whose file names it has it
        path = _model_file(settings.weights)
        self._weights = str(settings.weights)
        self._task, self._names = task_and_names(path.with_name("metadata.yaml"))
        core = openvino.Core()
        threads = str(thread_count(settings.threads))
        config = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": threads}
        try:
            model = core.read_model(path)
            self._height, self._width = input_size(self._weights, self._own_size(model.inputs), settings.image_size)
            model.reshape([1, 3, self._height, self._width])
            self._model = core.compile_model(model, "CPU", config)
            self._type = self._model.inputs[0].element_type.to_dtype()
            self._outputs = [tuple(output.shape) for output in self._model.outputs]
        except RuntimeError as error:
            raise DetectorError(f"{path} can't be read as a model: {_last_line(error)}") from error

    def facts(self) -> ModelFacts:
        """Return what the model's files say of it."""
        return ModelFacts(self._weights, self._height, self._width, self._outputs, self._names, self._task)

    def run(self, blob: Floats) -> Floats:
        """Return the model's only output for an input of shape (1, 3, h, w). Raises SourceError."""
        try:
            outputs = self._model(blob.astype(self._type, copy=False))
        except RuntimeError as error:
            raise SourceError(f"{self._weights} failed on a picture: {_last_line(error)}") from error
        return np.asarray(outputs[0], dtype=np.float32)

    def _own_size(self, inputs: Sequence[_Input]) -> tuple[int, int]:
        shape = inputs[0].partial_shape
        if len(inputs) == 1 and shape.rank.get_length() == 4 and _length(shape[1]) in {0, 3}:  # noqa: PLR2004 - 1, 3, h, w
            return _length(shape[2]), _length(shape[3])
        raise DetectorError(
            f"{self._weights} takes {', '.join(str(one.partial_shape) for one in inputs)}; counting needs a model that "
            "takes one picture"
        )


def _model_file(weights: Path) -> Path:
    """Return the model in an exported folder, or the file itself."""
    if weights.is_dir():
        found = sorted(weights.glob("*.xml"))
        if len(found) != 1:
            raise DetectorError(f"{weights} holds {len(found)} .xml files; an exported OpenVINO folder holds one")
        return found[0]
    if weights.suffix not in _MODELS:
        raise DetectorError(f"{weights} is neither an OpenVINO folder nor an .xml or .onnx file")
    return weights


def _length(dimension: _Dimension) -> int:
    return 0 if dimension.is_dynamic else dimension.get_length()


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
