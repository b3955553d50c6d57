"""The dated record of one examination of the doctor: numbers and findings, beside the outbox. No picture."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from counter.device_file import DeviceFile
from counter.diagnostics.doctor.expected_accuracy import Expectation, expectation_of, grounds_of, level_of
from counter.diagnostics.doctor.finding import Finding
from counter.diagnostics.doctor.geometry_checks import Bounds
from counter.diagnostics.doctor.measurements import Measurements
from counter.errors import CounterError

Record = dict[str, object]


class RecordError(CounterError):
    """The record can't be written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Examination:
    """One examination: when, at what, what was seen and what was found."""

    at: datetime
    device: DeviceFile
    seen: Measurements
    found: list[Finding]
    bounds: Bounds | None = None

    @property
    def expectation(self) -> Expectation | None:
        """Which part of those who pass is counted, as far as is known."""
        side = max(self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]) if self.bounds else None
        return expectation_of(self.device, self.seen, side, level_of(self.found))


def as_json(examination: Examination, version: str) -> Record:
    """Return an examination as what JSON knows; `version` is the program's."""
    table = examination.device.device
    return {
        "at": examination.at.isoformat(timespec="seconds"),
        "site": table.site,
        "device": table.key,
        "setup": table.setup_on_wire,
        "source": examination.device.source.kind,
        "version": version,
        "counting_version": table.counting_version,
        "findings": [_finding(one) for one in examination.found],
        "expected": {
            "level": level_of(examination.found).value,
            "grounds": grounds_of(examination.device).value,
            **(asdict(examination.expectation) if examination.expectation else {}),
        },
        "seen": {**asdict(examination.seen), "rate": round(examination.seen.rate, 2)},
    }


def keep(record: Record, examination: Examination) -> Path:
    """Write a record beside the outbox of its device and return its path. Raises RecordError."""
    table = examination.device.device
    folder = examination.device.outbox.path.parent
    path = folder / f"doctor-{table.key}-{table.setup}-{examination.at:%Y%m%dT%H%M%SZ}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise RecordError(f"the record of this examination, {path}, can't be written: {error.strerror}") from error
    return path


def _finding(finding: Finding) -> Record:
    values = {name: round(one, 3) if isinstance(one, float) else one for name, one in finding.values.items()}
    return {"fault": finding.fault.value, "weight": finding.weight.value, "about": finding.about, "values": values}
