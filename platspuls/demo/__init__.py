"""The demo's place: a site file, a world and four devices, made from templates for a given first day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final, Literal
from zoneinfo import ZoneInfo

from core.site_file.document import CalendarSpec
from store.registry.calendar_file import as_entries

DEVICES: Final = ("tunnel-kamera", "tunnel-ir", "torg-kamera", "hub-ir")
_ZONE: Final = ZoneInfo("Europe/Stockholm")
_SUNDAY: Final = 6
_HOLIDAYS: Final = (
    *((1, 1, "Nyårsdagen"), (1, 6, "Trettondedag jul"), (5, 1, "Första maj"), (6, 6, "Sveriges nationaldag")),
    *((12, 25, "Juldagen"), (12, 26, "Annandag jul")),
)
_SCHOOL_BREAKS: Final = ((9, "Sportlov"), (44, "Höstlov"))
"""Weeks, from Monday to Friday."""


def write_site(folder: Path, since: date) -> Path:
    """Write the site file into `folder` and return its path.

    Args:
        folder: must exist.
        since: local date from which lines and zones count as commissioned.
    """
    calendar = "\n".join(as_entries(_calendar(since.year)))
    return write_template(folder / "site.toml", closed_day=_closed_day(since), since=since, calendar=calendar)


def write_devices(folder: Path, port: int, since: date) -> list[Path]:
    """Write the four device files and their world into `folder`; return the paths of the device files.

    Args:
        folder: must exist; the outboxes will lie beside the files.
        port: the broker's, on loopback.
        since: local date on which the history begins.
    """
    write_template(folder / "world.toml", closed_day=_closed_day(since), since=since)
    outage = _open_day(since + timedelta(days=15))  # a device was without power then
    values = {
        "port": port,
        "history_days": max((datetime.now(_ZONE).date() - since).days, 0),
        "outage_start": _local(outage, time(12, 40)),
        "outage_end": _local(outage, time(16, 25)),
    }
    return [write_template(folder / f"{device}.toml", **values) for device in DEVICES]


def write_template(path: Path, **values: object) -> Path:
    """Write the demo's file of this name with its values, and return its path."""
    template = Template(files(__name__).joinpath(path.name).read_text(encoding="utf-8"))
    path.write_text(template.substitute(values), encoding="utf-8")
    return path


def _calendar(first: int) -> Iterator[CalendarSpec]:
    """Yield holidays of fixed dates and two school breaks, of a year and the one after."""
    for year in (first, first + 1):
        for month, day, name in _HOLIDAYS:
            yield _dates("holiday", date(year, month, day), 1, name)
        for week, name in _SCHOOL_BREAKS:
            yield _dates("school_break", date.fromisocalendar(year, week, 1), 5, name)


def _dates(kind: Literal["holiday", "school_break"], start: date, days: int, name: str) -> CalendarSpec:
    return CalendarSpec.model_validate({"kind": kind, "from": start, "to": start + timedelta(days=days), "name": name})


def _closed_day(since: date) -> date:
    """Return the one day of the history on which the place was closed."""
    return _open_day(since + timedelta(days=9))


def _open_day(day: date) -> date:
    """Return the first day from `day` on that isn't a Sunday."""
    return day + timedelta(days=1) if day.weekday() == _SUNDAY else day


def _local(day: date, at: time) -> str:
    return datetime.combine(day, at, _ZONE).isoformat()
