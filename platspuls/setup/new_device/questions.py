"""What a device file needs, as questions: each with its default, and when it is asked. The command's options too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.addresses import is_loopback
from core.texts.catalog import noop
from platspuls.setup.new_device import answers as read
from platspuls.setup.new_device.answers import Answers
from platspuls.setup.new_device.folder_defaults import FolderDefaults

PERSON_M: Final = 1.7
_PART_OF_PICTURE: Final = 1 / 3
"""How high somebody stands in a picture that nobody has measured yet."""
_FIELD: Final = 1.4
"""How many metres of floor lie across the picture for each metre that a camera hangs above it: some 70 degrees."""
_WEIGHTS: Final[Mapping[str, str]] = {
    "onnx": "yolox_nano.onnx",
    "openvino": "yolox_nano.onnx",
    "ultralytics": "yolo11n.pt",
}
_HEIGHTS_M: Final[Mapping[str, float]] = {"amg8833": 2.7, "mlx90640": 2.5}
_TLS_PORT: Final = 8883
_PORT: Final = 1883


def _always(_answers: Answers) -> bool:
    return True


def _nothing(_answers: Answers, _around: FolderDefaults) -> None:
    return None


@dataclass(frozen=True, slots=True)
class DeviceQuestion:
    """One question.

    Attributes:
        name: of the answer, and of the option.
        text: what is asked, in English; translated when it is shown.
        read: returns what an answer says. Raises WrongAnswerError.
        default: returns what is taken where nothing is said; None where something must be.
        asked: whether it is asked, by the answers before.
    """

    name: str
    text: str
    read: Callable[[str], Any]
    default: Callable[[Answers, FolderDefaults], Any] = _nothing
    asked: Callable[[Answers], bool] = _always


def _is(*kinds: str) -> Callable[[Answers], bool]:
    return lambda said: said["kind"] in kinds


def _has_model(said: Answers) -> bool:
    return bool(said.get("detector", "background") != "background")


def _is_away(said: Answers) -> bool:
    return not is_loopback(said["broker"])


def _handed_over(name: str, otherwise: Callable[[Answers], Any]) -> Callable[[Answers, FolderDefaults], Any]:
    """Return the default that stands in the table that was made for the device, or else another one."""
    return lambda said, around: around.mqtt(said["key"]).get(name) or otherwise(said)


def _file_handed_over(name: str, file: Callable[[Answers], str]) -> Callable[[Answers, FolderDefaults], Path | None]:
    return lambda said, around: around.beside(around.mqtt(said["key"]).get(name) or file(said))


def _scale(said: Answers, around: FolderDefaults) -> float:
    """Return the pixels a metre by the people in a clip, or of a usual camera: nobody has measured it yet."""
    if said["kind"] == "clip" and "weights" in said:
        measured = around.pixels_per_metre(said["clip"], said["detector"], said["weights"])
        if measured is not None:
            return measured
    width, height = said["size"]
    if "camera-height-m" in said:
        return round(float(width / (said["camera-height-m"] * _FIELD)), 1)
    return round(float(height * _PART_OF_PICTURE / PERSON_M), 1)


def _clip_start(said: Answers, around: FolderDefaults) -> datetime:
    """Return the whole minute at which a clip began that was written to the end when its file was last changed."""
    ended = min(datetime.fromtimestamp(said["clip"].stat().st_mtime, UTC), datetime.now(UTC) - timedelta(minutes=15))
    return (ended - timedelta(seconds=around.length_s(said["clip"]))).replace(second=0, microsecond=0)


QUESTIONS: Final = (
    DeviceQuestion(
        "kind",
        noop("What counts? A camera, a recorded clip, two beams, a ranger (tof) or a thermal array"),
        read.one_of("camera", "clip", "beams", "tof", "thermal"),
        lambda _said, _around: "camera",
    ),
    DeviceQuestion("site", noop("Key of the site, as in the site file"), read.key, lambda _, around: around.site),
    DeviceQuestion("key", noop("Key of this device, as in the site file"), read.key, lambda _, around: around.device),
    DeviceQuestion(
        "setup",
        noop("Name of the setup: change it whenever the device is moved"),
        read.key,
        lambda said, _: f"{said['key'][:38].rstrip('-')}-a",
    ),
    DeviceQuestion("clip", noop("The clip, a video file"), read.existing, asked=_is("clip")),
    DeviceQuestion("start", noop("When its first picture was taken"), read.moment, _clip_start, asked=_is("clip")),
    DeviceQuestion(
        "address",
        noop("The camera: its number (0 is the first), a path such as /dev/video0, or the address of a stream"),
        read.camera,
        lambda _said, _around: 0,
        asked=_is("camera"),
    ),
    DeviceQuestion(
        "size",
        noop("Width and height of its picture, in pixels"),
        read.size,
        lambda said, around: around.size(said.get("clip")),
        asked=_is("camera", "clip"),
    ),
    DeviceQuestion(
        "look",
        noop("How does it look? Aslant from a wall, or down, straight from the ceiling"),
        read.one_of("aslant", "down"),
        lambda _said, _around: "aslant",
        asked=_is("camera", "clip"),
    ),
    DeviceQuestion(
        "detector",
        noop("What finds people? onnx, openvino or ultralytics with a model; background, which needs none, looks down"),
        read.one_of("onnx", "openvino", "ultralytics", "background"),
        lambda said, _: "background" if said["look"] == "down" else "onnx",
        asked=_is("camera", "clip"),
    ),
    DeviceQuestion(
        "weights",
        noop("The file of the model's weights (platspuls weights get)"),
        read.existing,
        lambda said, around: around.weights(_WEIGHTS[said["detector"]]),
        asked=_has_model,
    ),
    DeviceQuestion(
        "camera-height-m",
        noop("Height of the camera above the floor, metres"),
        read.number(2.2, 30),
        asked=lambda said: said.get("detector") == "background",
    ),
    DeviceQuestion(
        "pixels-per-metre",
        noop(
            "Pixels a metre where people walk: their height in pixels, divided by 1.7. The ruler of set-up measures it"
        ),
        read.number(1, 2000),
        _scale,
        asked=_is("camera", "clip"),
    ),
    DeviceQuestion(
        "part", noop("Which array"), read.one_of("amg8833", "mlx90640"), lambda _, __: "amg8833", asked=_is("thermal")
    ),
    DeviceQuestion(
        "height-m",
        noop("Height of the sensor above the floor, metres"),
        read.number(1.9, 6.0),
        lambda said, _: _HEIGHTS_M.get(said.get("part", ""), 2.4),
        asked=_is("tof", "thermal"),
    ),
    DeviceQuestion(
        "first-pin",
        noop("Pin of the beam that is met first on the way forward (GPIO17 is 17)"),
        read.whole(0, 511),
        lambda _said, _around: 17,
        asked=_is("beams"),
    ),
    DeviceQuestion(
        "second-pin",
        noop("Pin of the other beam"),
        read.whole(0, 511),
        lambda _said, _around: 27,
        asked=_is("beams"),
    ),
    DeviceQuestion(
        "line",
        noop("Key of the line that people cross, as in the site file"),
        read.key,
        lambda said, around: around.line(said["key"]),
    ),
    DeviceQuestion(
        "outbox",
        noop("Where counts are kept until the server has them"),
        read.words,
        lambda said, around: around.outbox(said["key"]),
    ),
    DeviceQuestion(
        "broker",
        noop("The server's broker: a name or an address"),
        read.words,
        _handed_over("host", lambda _: "127.0.0.1"),
    ),
    DeviceQuestion(
        "port",
        noop("Port of the broker"),
        read.whole(1, 65_535),
        _handed_over("port", lambda said: _TLS_PORT if _is_away(said) else _PORT),
    ),
    DeviceQuestion(
        "username",
        noop("Name of this device at the broker"),
        read.words,
        _handed_over("username", lambda said: f"{said['site']}.{said['key']}"),
        asked=_is_away,
    ),
    DeviceQuestion(
        "password-file",
        noop("File of the device's password at the broker (platspuls device add makes it)"),
        read.existing,
        _file_handed_over("password_file", lambda said: f"{said['key']}.password"),
        asked=_is_away,
    ),
    DeviceQuestion(
        "authority",
        noop("File of the authority that signed the broker's certificate (platspuls device add makes it)"),
        read.existing,
        _file_handed_over("tls_ca", lambda _: "broker-ca.pem"),
        asked=_is_away,
    ),
)
"""In the order in which they are asked."""
