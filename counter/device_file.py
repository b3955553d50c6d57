"""The device file: what one device is, sees, counts, keeps and sends. TOML; unknown keys are refused."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationError, create_model, model_validator
from pydantic_core import ErrorDetails

from core import wire
from core.addresses import is_loopback, names_a_secret, without_secret, without_secrets
from counter.counting.version import COUNTING_VERSION, CountingVersion, setup_on_wire
from counter.detectors.settings import DetectorTable
from counter.errors import DeviceFileError
from counter.fields import ExistingFile, Key, Number, Point, RelativePath, StrictTable, Switch, Whole
from counter.geometry import BAND_M, LineGeometry, ZoneGeometry
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.kinds import BUILT_IN, Kinds, SourceKind, installed_kinds
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.settings import CameraSource, ClipSource

_RECORDS_A_DAY: Final = 1_440 + 96
"""Records that a device with the shortest period makes in a day."""
_SHOWN: Final = 80
_SIMULATED: Final = "a simulated source is for demos and tests (`platspuls demo counter`); no device counts with one"


class DeviceTable(StrictTable):
    """[device]: who this is."""

    site: Key = Field(description="Key of the site in the site file.")
    key: Key = Field(description="Key of this device in the site file.")
    setup: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$",
        description="Names geometry, algorithm and model; change it with any of them: each series then starts a "
        "new segment. On the wire the program puts its counting version behind it: kamera-a.c3.",
    )
    flow_period_s: Literal[60, 300, 900] = Field(default=60, description="Length of a flow record, seconds.")
    counting_version: CountingVersion = Field(
        default=COUNTING_VERSION,
        description="Which rules count. The former ones stay to choose until the phase of a study that was begun with "
        "them ends, so that its series doesn't bend.",
    )
    trust_clock: Switch = Field(
        default=False,
        description="Take this computer's clock for right although nothing synchronises it, as with a clock that has "
        "a battery and no network.",
    )

    @property
    def setup_on_wire(self) -> str:
        """How records and status name the setup: with the counting version of the program."""
        return setup_on_wire(self.setup, self.counting_version)


class LineTable(StrictTable):
    """[[lines]]: one counting line."""

    line: Key = Field(description="Key of the line in the site file.")
    points: list[Point] = Field(
        min_length=2, max_length=50, description="Its corners x, y in the source's own units, from end to end."
    )
    forward_towards: Point = Field(
        description="Any point on the side that forward leads to, in the source's own units."
    )

    band: Number | None = Field(
        default=None,
        gt=0,
        description="How far from the line, on either side, someone must be to have clearly passed it, in the "
        f"source's own units; {BAND_M} metres where nothing is said.",
    )

    @model_validator(mode="after")
    def _can_be_crossed(self) -> Self:
        self.geometry()
        return self

    def geometry(self, units_per_metre: float = 1.0) -> LineGeometry:
        """Return the line as the tally takes it. Raises GeometryError, a ValueError."""
        band = BAND_M * units_per_metre if self.band is None else self.band
        return LineGeometry(self.line, tuple(self.points), self.forward_towards, band)


class ZoneTable(StrictTable):
    """[[zones]]: one area where dwell is measured."""

    zone: Key = Field(description="Key of the zone in the site file.")
    polygon: list[Point] = Field(
        min_length=3, max_length=50, description="Its corners x, y in the source's own units, in order."
    )
    stay_s: Whole = Field(
        default=60, ge=1, le=86_400, description="From how many seconds on the live page calls it staying."
    )

    margin: Number | None = Field(
        default=None,
        gt=0,
        description="How far beyond the edge, on either side, someone must be to have come in or gone out, in the "
        f"source's own units; {BAND_M} metres where nothing is said.",
    )

    @model_validator(mode="after")
    def _can_be_entered(self) -> Self:
        ZoneGeometry(self.zone, tuple(self.polygon), self.stay_s, self.margin or 0.0)
        return self

    def geometry(self, units_per_metre: float = 1.0) -> ZoneGeometry:
        """Return the zone as the tally takes it. Raises GeometryError, a ValueError."""
        margin = BAND_M * units_per_metre if self.margin is None else self.margin
        return ZoneGeometry(self.zone, tuple(self.polygon), self.stay_s, margin)


class OutboxTable(StrictTable):
    """[outbox]: what is kept on the device until the server has it."""

    path: RelativePath = Field(description="The SQLite file, relative to the device file unless absolute.")
    keep_days: Whole = Field(
        default=30, ge=1, le=3650, description="How many days without a server it must be able to hold."
    )
    keep_marked_days: Whole = Field(
        default=14, ge=0, le=3650, description="Days that a record is kept after its receipt, where space allows."
    )
    max_records: Whole = Field(
        default=200_000, ge=1, description="Most records kept; the oldest are dropped and declared lost."
    )
    max_bytes: Whole = Field(
        default=256_000_000, ge=100_000, description="Most bytes of records kept; the file is a quarter larger."
    )

    @model_validator(mode="after")
    def _holds_keep_days(self) -> Self:
        if self.max_records < self.keep_days * _RECORDS_A_DAY:
            raise ValueError(
                f"max_records {self.max_records} holds {self.max_records / _RECORDS_A_DAY:.1f} days of one-minute "
                f"records, less than keep_days {self.keep_days}"
            )
        return self


class MqttTable(StrictTable):
    """[mqtt]: the broker. Anything but this computer itself needs credentials and TLS."""

    host: str = Field(min_length=1, description="Name or address of the broker.")
    port: Whole = Field(default=1883, ge=1, le=65_535, description="Its TCP port; 8883 is usual with TLS.")
    version: Literal["5", "3.1.1"] = Field(default="5", description="Version of MQTT that the broker speaks.")
    username: str | None = Field(default=None, min_length=1, description="Name of this device at the broker.")
    password_file: ExistingFile | None = Field(
        default=None, description="File with the password, so that the device file can be shown to others."
    )
    tls_ca: ExistingFile | None = Field(
        default=None, description="PEM file of the authority that signed the broker's certificate; turns TLS on."
    )
    tls_cert: ExistingFile | None = Field(
        default=None, description="PEM file of this device's own certificate, where the broker asks for one."
    )
    tls_key: ExistingFile | None = Field(default=None, description="PEM file of the key of tls_cert.")
    insecure: Switch = Field(
        default=False, description="True allows another computer as broker without credentials or TLS."
    )
    keepalive_s: Whole = Field(default=30, ge=5, le=3600, description="Seconds of silence before a ping.")
    receipt_timeout_s: Whole = Field(
        default=30, ge=5, le=3600, description="Seconds to wait for a receipt before sending again."
    )

    def tls_files(self) -> list[tuple[str, Path]]:
        """Return the names and paths of the files of TLS that are set."""
        named = {"tls_ca": self.tls_ca, "tls_cert": self.tls_cert, "tls_key": self.tls_key}
        return [(name, path) for name, path in named.items() if path is not None]

    @model_validator(mode="after")
    def _is_secure(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together, only one of them is set")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together, only one of them is set")
        if self.tls_cert is not None and self.tls_ca is None:
            raise ValueError("tls_cert is of no use without TLS: tls_ca must be set")
        if self.insecure or is_loopback(self.host):
            return self
        missing = [name for name in ("username", "password_file", "tls_ca") if getattr(self, name) is None]
        if missing:
            raise ValueError(
                f"host {self.host!r} is another computer: {', '.join(missing)} must be set (or insecure = true)"
            )
        return self


def _distinct(name: str) -> AfterValidator:
    """Return a check that no two tables of a list have the same key, which is in the field `name`."""

    def check_keys(tables: list[Any]) -> list[Any]:
        counts = Counter(getattr(table, name) for table in tables)
        if twice := sorted(key for key, count in counts.items() if count > 1):
            raise ValueError(f"{name} {', '.join(twice)} is there more than once")
        return tables

    return AfterValidator(check_keys)


class DeviceFile(StrictTable):
    """A whole device file. Paths in it are absolute, or relative to the working folder, once loaded."""

    kinds: ClassVar[Kinds] = BUILT_IN
    """Those that `source` may be of; further ones by `load`."""

    device: DeviceTable
    source: Annotated[ClipSource | CameraSource | BeamsSource | TofSource | ThermalSource, Field(discriminator="kind")]
    detector: DetectorTable | None = Field(
        default=None, description="What finds people in the pictures of a clip or a camera."
    )
    lines: Annotated[list[LineTable], _distinct("line")] = Field(
        default=[], max_length=wire.MAX_LINES, description="The counting lines."
    )
    zones: Annotated[list[ZoneTable], _distinct("zone")] = Field(
        default=[], max_length=wire.MAX_LINES, description="The zones."
    )
    outbox: OutboxTable
    mqtt: MqttTable

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if not self.lines and not self.zones and not self.gates:
            raise ValueError("there is neither a [[lines]] nor a [[zones]] table: nothing to count")
        return self

    @model_validator(mode="after")
    def _sees_with_a_detector(self) -> Self:
        has_pictures = isinstance(self.source, (ClipSource, CameraSource))
        if has_pictures and self.detector is None:
            raise ValueError(f"a [detector] table is missing: a {self.source.kind} needs one to find people")
        if not has_pictures and self.detector is not None:
            raise ValueError(f"a source of kind {self.source.kind} has no pictures: it needs no [detector] table")
        return self

    @model_validator(mode="after")
    def _asks_no_more_than_a_doorway_sees(self) -> Self:
        if self.gates and self.zones:
            raise ValueError(
                f"a source of kind {self.source.kind} sees who passes, not who stays: it can have no [[zones]]; dwell "
                "needs a camera or a thermal array"
            )
        if self.gates and self.lines:
            raise ValueError(
                f"a source of kind {self.source.kind} decides crossings itself: its line is source.line, "
                f"{self.gates[0]}, and there are no [[lines]] tables"
            )
        return self

    @model_validator(mode="after")
    def _fits_its_source(self) -> Self:
        for line in self.lines:
            line.geometry(self.units_per_metre)
        for zone in self.zones:
            zone.geometry(self.units_per_metre)
        return self

    @property
    def units_per_metre(self) -> float:
        """How many of the source's units make a metre where people are counted."""
        return self.source.pixels_per_metre if isinstance(self.source, (ClipSource, CameraSource)) else 1.0

    @property
    def gates(self) -> list[str]:
        """Keys of the lines whose crossings the sensor decides itself; the rest are in `lines`."""
        return [self.source.line] if isinstance(self.source, (BeamsSource, TofSource)) else []


def load(path: Path, kinds: Kinds | None = None) -> DeviceFile:
    """Read and check a device file, whose source may be of `kinds`: of those that are installed if not said.

    Raises DeviceFileError: the file can't be read, is not TOML, or has wrong fields: all of them are listed, one a
    line, each with its value.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise DeviceFileError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DeviceFileError(
            f"{path} is not UTF-8 text: byte {error.start} is {error.object[error.start]:#x}" + _hint(error.object)
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DeviceFileError(f"{path} is not TOML: {error}") from error
    return check(data, path, kinds)


def _hint(content: bytes) -> str:
    """Return what is said where something else was named than a device file: a clip, or a model."""
    if b"\0" not in content:
        return ""
    return ". A clip is named in a device file, and is none itself: platspuls counter new writes one"


def check(data: Mapping[str, object], path: Path, kinds: Kinds | None = None) -> DeviceFile:
    """Check what a device file at `path` says; files in it are looked for from its folder. Arguments as of `load`.

    Raises DeviceFileError with all wrong fields.
    """
    kinds = installed_kinds() if kinds is None else kinds
    model = DeviceFile if kinds == BUILT_IN else _extended(tuple(kinds.items()))
    try:
        return model.model_validate(data, context={"folder": path.parent})
    except ValidationError as error:
        wrong = [_sentence(one) for one in error.errors(include_url=False)]
        raise DeviceFileError(
            "\n  ".join([f"{path} is wrong in {len(wrong)} places:" if len(wrong) > 1 else f"{path} is wrong:", *wrong])
        ) from None


@cache
def _extended(kinds: tuple[tuple[str, SourceKind], ...]) -> type[DeviceFile]:
    """Return the model of device files whose sources may be of these kinds."""
    tables: Any = reduce(or_, (kind.settings for _, kind in kinds))
    source: Any = Annotated[tables, Field(discriminator="kind")]
    model = create_model("DeviceFile", __base__=DeviceFile, source=(source, ...))
    model.kinds = dict(kinds)
    return model


def corners_of(device: DeviceFile) -> list[tuple[str, Point]]:
    """Return all corners of lines and zones, each with the name of what it belongs to."""
    lines = [(f"line {table.line}", point) for table in device.lines for point in table.points]
    return lines + [(f"zone {table.zone}", point) for table in device.zones for point in table.polygon]


def _sentence(error: ErrorDetails) -> str:
    where = _dotted(error["loc"])
    what = error["msg"].removeprefix("Value error, ")
    if _is_simulated(error):
        return f"source.{'kind' if where == 'source' else 'simulated'}: {_SIMULATED}"
    if error["type"] == "missing":
        return f"{where} is missing"
    if error["type"] == "extra_forbidden":
        return f"{where} = {_shown(error['input'], where)}: unknown key"
    if isinstance(error["input"], (dict, BaseModel)):
        return f"{where}: {what}"
    return f"{where} = {_shown(error['input'], where)}: {what}"


def _is_simulated(error: ErrorDetails) -> bool:
    """Return whether a source is refused because it is simulated."""
    is_kind = error["type"] == "union_tag_invalid" and error.get("ctx", {}).get("tag") == "simulated"
    return is_kind or (error["type"] == "extra_forbidden" and error["loc"][::2] == ("source", "simulated"))


def _dotted(parts: tuple[int | str, ...]) -> str:
    if parts[:1] in {("source",), ("detector",)}:
        parts = (parts[0], *parts[2:])  # the second one is the kind
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".") or "the file"


def _shown(value: object, where: str) -> str:
    if names_a_secret(where) and not isinstance(value, Path):
        return "..."
    text = repr(without_secret(value)) if isinstance(value, str) else without_secrets(str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
