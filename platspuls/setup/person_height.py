"""How high people are who walk by while the picture is taken: one number, for the ruler."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counter.detectors import Detector
    from counter.detectors.boxes import Image
    from counter.device_file import DeviceFile


class PersonHeight:
    """Looks at pictures and keeps heights alone.

    Args:
        detector: finds people; None where nothing does, or its weights aren't there yet.
        complain: takes a line where a detector fails.
    """

    def __init__(self, detector: "Detector | None", complain: Callable[[str], object]) -> None:
        from counter.diagnostics.doctor.picture_gauge import PictureGauge

        self._gauge = None if detector is None else PictureGauge(detector, fewest=1)
        self._complain = complain

    @classmethod
    def of(cls, device: "DeviceFile", complain: Callable[[str], object]) -> "PersonHeight":
        """Return one with the detector of a device, if that has a model: seen from above nobody has a height."""
        from counter.detectors.open_detector import open_detector
        from counter.detectors.settings import BackgroundDetector
        from counter.errors import CounterError

        if device.detector is None or isinstance(device.detector, BackgroundDetector):
            return cls(None, complain)
        try:
            return cls(open_detector(device.detector), complain)
        except CounterError as error:
            complain(f"Nobody's height is measured: {error}")
            return cls(None, complain)

    @property
    def is_measured(self) -> bool:
        """Whether anybody's height can be measured."""
        return self._gauge is not None

    @property
    def pixels(self) -> float | None:
        """Median height of who was whole in the picture; None where nobody was."""
        return None if self._gauge is None else self._gauge.person_px

    def look(self, image: "Image", at_ms: int) -> None:
        """Look at a picture taken at a time, in milliseconds. A detector that fails measures no more."""
        from counter.errors import CounterError

        if self._gauge is None:
            return
        try:
            self._gauge.detect(image, at_ms)
        except CounterError as error:
            self._gauge = None
            self._complain(f"Nobody's height is measured: {error}")
