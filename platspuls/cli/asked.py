"""Times, sites and parts as options name them: what each means is known once the store is open."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click
from click.shell_completion import CompletionItem

from core.asked_times import (
    PERIODS,
    WORDS,
    AskedTimeError,
    check_past,
    day,
    instant,
    is_over,
    midnight,
    names_a_day,
    period,
    written,
)
from platspuls.cli.shared import FAILED, failing

if TYPE_CHECKING:
    from store.database import Database
    from store.known_names import KnownNames

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class AskedTime:
    """A time as an option was given: which instant it is, a site's time zone decides.

    Attributes:
        option: its name, such as --from.
        text: one of core.asked_times.FORMS.
        now: aware.
    """

    option: str
    text: str
    now: datetime

    def at(self, zone: ZoneInfo, *, past: bool = True) -> datetime:
        """Return the instant, UTC, and print it by both clocks. Raises UsageError, also where a `past` one isn't."""
        with _usage():
            found = instant(self.option, self.text, zone, self.now)
            if past:
                check_past(self.option, self.text, found, self.now)
        click.echo(f"{self.option} {self.text}: {written(found, zone)}", err=True)
        return found

    def day(self, zone: ZoneInfo) -> date:
        """Return the local day of the past that it names. Raises UsageError."""
        with _usage():
            found = day(self.option, self.text, zone, self.now)
            check_past(self.option, self.text, midnight(found, zone), self.now)
        return found


class _Time(click.ParamType[AskedTime]):
    name = "time"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        return [CompletionItem(word) for word in WORDS if word.startswith(incomplete)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AskedTime:  # noqa: ANN401, ARG002 - click's signature
        if isinstance(value, AskedTime):
            return value
        asked = AskedTime(param.opts[0] if param else "", str(value), datetime.now(UTC))
        with _usage():
            instant(asked.option, asked.text, _UTC, asked.now)
        return asked


TIME: Final = _Time()
"""The type of an option that takes a time, in any of core.asked_times.FORMS."""


class _Day(_Time):
    name = "day"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [one for one in super().shell_complete(ctx, param, incomplete) if names_a_day(one.value)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AskedTime:  # noqa: ANN401 - click's signature
        asked = super().convert(value, param, ctx)
        with _usage():
            day(asked.option, asked.text, _UTC, asked.now)
        return asked


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """A period as an option was given: whole days, weeks or months of a site's clocks.

    Attributes:
        option: its name, such as --period.
        text: one of core.asked_times.PERIODS.
        now: aware.
    """

    option: str
    text: str
    now: datetime

    def ends(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return both ends, UTC, and print them by both clocks. Raises UsageError, also where it lies in the future."""
        with _usage():
            start, end = period(self.option, self.text, zone, self.now)
            check_past(self.option, self.text, start, self.now)
        click.echo(f"{self.option} {self.text}: {written(start, zone)} to {written(end, zone)}", err=True)
        return start, end


class _Period(click.ParamType[AskedPeriod]):
    name = "period"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        return [CompletionItem(word) for word in WORDS if word.startswith(incomplete)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AskedPeriod:  # noqa: ANN401, ARG002 - click's signature
        if isinstance(value, AskedPeriod):
            return value
        asked = AskedPeriod(param.opts[0] if param else "", str(value), datetime.now(UTC))
        with _usage():
            period(asked.option, asked.text, _UTC, asked.now)
        return asked


PERIOD: Final = _Period()
"""The type of an option that takes a period, in any of core.asked_times.PERIODS."""


def period_option(*names: str) -> Callable[[Any], Any]:
    """Return the option that takes a period instead of both ends of a range."""
    return click.option(
        "--period", *names, type=PERIOD, help=f"Instead of both, all of it, by the site's clocks: {PERIODS}."
    )


def check_one_of(asked: AskedPeriod | None, start: AskedTime | None, end: AskedTime | None) -> None:
    """Raise UsageError where a period is given beside an end of a range."""
    if asked and (other := start or end):
        raise click.UsageError(f"{asked.option} {asked.text}: it has both ends; leave out {other.option} {other.text}")


def advice_on_open_end(start: AskedTime, end: AskedTime | None, zone: ZoneInfo = _UTC) -> str:
    """Return what to say where a range begins with a period that is over and goes on until now; else nothing."""
    if (
        end is not None
        or not is_over(start.text, zone, start.now)
        or (start.text[:1].isdigit() and names_a_day(start.text))
    ):
        return ""
    return f"{start.option} {start.text} goes on until now; for all of it and no more: --period {start.text}"


DAY: Final = _Day()
"""The type of an option that takes one day, in any of core.asked_times.DAYS."""


def time_option(name: str, *names: str, help_: str, required: bool = False) -> Callable[[Any], Any]:
    """Return an option that takes a time by the clocks of the site."""
    return click.option(name, *names, type=TIME, required=required, help=f"{help_} By the site's clocks: 7d, 2026-W48.")


def asked_range(
    start: AskedTime | None, end: AskedTime | None, zone: ZoneInfo, asked: AskedPeriod | None = None
) -> tuple[datetime | None, datetime | None]:
    """Return both ends of a range of the past, UTC. Raises UsageError where it is empty or begins in the future."""
    check_one_of(asked, start, end)
    if asked:
        return asked.ends(zone)
    first = None if start is None else start.at(zone)
    last = None if end is None else end.at(zone, past=False)
    if start and end and first and last and last <= first:
        raise click.UsageError(f"{end.option} {end.text} must be after {start.option} {start.text}")
    return first, last


def known_places(database: "Database", site: str | None, **parts: str | None) -> "KnownNames":
    """Return what there is; end with 3, and names like it, where there is no such site or part (device, line, zone)."""
    from store.known_names import UnknownNameError, read_known_names

    known = read_known_names(database)
    with failing(FAILED, UnknownNameError):
        known.check_site(site)
        for kind, key in parts.items():
            known.check_part(site, kind, key)
    return known


def chosen_sites(database: "Database", wanted: str | None) -> Mapping[str, ZoneInfo]:
    """Return all sites with their time zones, or the one that is wanted; end with 3 where it isn't there."""
    zones = known_places(database, wanted).zones
    return {key: zones[key] for key in sorted(zones) if wanted in {None, key}}


def zone_of(known: "KnownNames", site: str | None, asked: AskedTime) -> ZoneInfo:
    """Return the time zone that a time is read in, of the site or of all. Raises UsageError if these are several."""
    zones = _zones(known, site)
    if len({instant(asked.option, asked.text, zone, asked.now) for zone in zones}) > 1:
        raise _several(asked)
    return zones[0]


def local_day(known: "KnownNames", site: str | None, asked: AskedTime) -> date:
    """Return the day that is asked for, by the clocks of the site or of all. Raises UsageError if these are several."""
    days = {asked.day(zone) for zone in _zones(known, site)}
    if len(days) > 1:
        raise _several(asked)
    return days.pop()


def _zones(known: "KnownNames", site: str | None) -> list[ZoneInfo]:
    return [zone for key, zone in known.zones.items() if site in {None, key}] or [_UTC]


def _several(asked: AskedTime) -> click.UsageError:
    return click.UsageError(
        f"{asked.option} {asked.text}: sites are in several time zones; give --site, or a time with offset"
    )


@contextmanager
def _usage() -> Iterator[None]:
    try:
        yield
    except AskedTimeError as error:
        raise click.UsageError(str(error)) from error
