"""What the libraries that run models have in common: they are extras, and their errors are long."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from counter.errors import DetectorError


@contextmanager
def library_needed(kind: Literal["onnx", "openvino", "ultralytics"]) -> Iterator[None]:
    """Explain an import that fails: each kind of detector is an extra of its own. Raises DetectorError."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise DetectorError(
            f"detector.kind = {kind!r} needs {error.name}, which is not installed: pip install 'platspuls[{kind}]'"
        ) from error


def first_line(error: Exception) -> str:
    """Return the first line of what a library says; its error's name where it says nothing."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
