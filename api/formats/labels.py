"""What a workbook calls columns and words, in the reader's language: docs/words.md has the words themselves."""

from collections.abc import Callable, Mapping
from typing import Final

from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _

_LABELS: Final[Mapping[str, str]] = {
    "site": _("site"),
    "bucket": _("length of a row"),
    "by": _("grouped by"),
    "zone": _("zone"),
    "line": _("line"),
    "border": _("border"),
    "space": _("space"),
    "part": _("line or zone"),
    "kind": _("kind"),
    "name": _("name"),
    "role": _("role"),
    "date": _("date"),
    "weekday": _("weekday"),
    "hour": _("hour"),
    "day_type": _("kind of day"),
    "month": _("month"),
    "start_local": _("start (the site's clocks)"),
    "start_utc": _("start (UTC)"),
    "end_utc": _("end (UTC)"),
    "utc_offset": _("offset from UTC"),
    "partial": _("partial"),
    "days": _("days observed"),
    "days_expected": _("days expected"),
    "spread_days": _("days in the spread"),
    "threshold_s": _("a stay is at least (s)"),
    "bin_from_s": _("dwell from (s)"),
    "bin_to_s": _("dwell below (s)"),
    "entered": _("entered the zone"),
    "complete": _("seen leaving"),
    "cut": _("lost from sight"),
    "fragment": _("first seen inside"),
    "stays": _("stays"),
    "wide": _("wide bounds"),
    "share": _("share who stay"),
    "median_s": _("dwell, median (min:s)"),
    "p75_s": _("dwell that a quarter exceed (min:s)"),
    "p90_s": _("dwell that a tenth exceed (min:s)"),
    "presence_s": _("presence (person-hours)"),
    "presence_hours": _("presence (person-hours)"),
    "entries": _("entries"),
    "appeared": _("first seen inside"),
    "exits": _("exits"),
    "lost": _("lost"),
    "occupancy": _("people inside"),
    "occupancy_mean": _("people inside, mean"),
    "occupancy_max": _("people inside, most"),
    "difference": _("difference"),
    "inward": _("inward"),
    "outward": _("outward"),
    "forward": _("forward"),
    "backward": _("backward"),
    "refused_for": _("no number because"),
    "observed_ms": _("observed (h:min)"),
    "expected_ms": _("expected (h:min)"),
    "missing_ms": _("missing (h:min)"),
    "unfilled_ms": _("missing and not estimated (h:min)"),
    "corrected_ms": _("corrected (h:min)"),
    "excluded_ms": _("excluded (h:min)"),
    "coverage": _("coverage"),
    "flags": _("noticed"),
    "missing": _("missing"),
    "estimate": _("estimate (too low)"),
    "numbers": _("raw or corrected"),
    "corrected_by": _("calibrations"),
    "missing_forward": _("missing forward, estimated"),
    "missing_backward": _("missing backward, estimated"),
    "matches": _("hours it is estimated from"),
    "outages": _("outages"),
    "outage_ms": _("outages (h:min)"),
    "longest_outage_ms": _("longest outage (h:min)"),
    "skew_s": _("clock ahead, most (s)"),
    "conflicts": _("reported twice"),
    "devices": _("devices"),
    "minor_0_devices": _("devices with the older coverage"),
    "setups": _("setups"),
    "cut_phases": _("phases with another setup"),
    "rejected": _("records refused"),
    "made": _("records made"),
    "stored": _("records stored"),
    "activity_kind": _("kind of activity"),
    "gender": _("gender"),
    "age": _("age"),
    "activities": _("activities"),
    "activities_counted": _("activities with participants noted"),
    "participants": _("participants (head counts added)"),
    "participants_estimated": _("estimated of these"),
    "participants_most": _("most at one activity"),
    "figure": _("what the head counts are"),
    "temperature_mean_c": _("temperature, mean (°C)"),
    "temperature_min_c": _("temperature, lowest (°C)"),
    "temperature_max_c": _("temperature, highest (°C)"),
    "temperature_hours": _("hours with a temperature"),
    "precipitation_mm": _("precipitation (mm)"),
    "precipitation_hours": _("hours with precipitation measured"),
    "holiday": _("holiday"),
    "holiday_days": _("holidays (days)"),
    "school_break": _("school break"),
    "school_break_days": _("school break (days)"),
}
_PREFIXES: Final[Mapping[str, str]] = {"gross_": _("{of}, gross"), "raw_": _("{of}, raw")}
_SUFFIXES: Final[Mapping[str, str]] = {
    "_low": _("{of}, low"),
    "_high": _("{of}, high"),
    "_sd": _("{of}, standard deviation"),
    "_q1": _("{of}, first quartile"),
    "_median": _("{of}, median"),
    "_q3": _("{of}, third quartile"),
    "_per_hour": _("{of} per hour"),
}
"""Names are put together: gross_entries, entries_per_hour_sd. What has a label of its own is not taken apart."""

_WORDS: Final[Mapping[str, str]] = {
    "main": _("main"),
    "check": _("check"),
    "line": _("line"),
    "zone": _("zone"),
    "raw": _("raw"),
    "partly": _("partly"),
    "corrected": _("corrected"),
    "not_closed": _("the space isn't closed"),
    "coverage": _("too little was watched"),
    "empty": _("nobody came"),
    "drift": _("the lines disagree too much"),
    "quarter": _("a quarter of an hour"),
    "hour": _("an hour"),
    "day": _("a day"),
    "week": _("a week"),
    "month": _("a month"),
    "weekday": _("weekday"),
    "weekday_hour": _("weekday and hour"),
    "day_type": _("kind of day"),
    "mon_thu": _("Monday to Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun_holiday": _("Sunday or holiday"),
    "kind": _("kind"),
    "kind_age": _("kind and age"),
    "kind_gender": _("kind and gender"),
    "kind_group": _("kind, gender and age"),
    "all": _("all"),
    "open": _("open hours"),
    "staffed": _("staffed hours"),
    "workday": _("Monday to Friday, no holidays"),
    "holiday": _("holidays"),
    "school_break": _("school breaks"),
    "term": _("no school breaks"),
    "school_day": _("Monday to Friday, no holidays, no school breaks"),
    "dark": _("dark"),
    "blocked": _("blocked"),
    "low_frame_rate": _("low frame rate"),
    "moved": _("moved"),
    "clock_unsure": _("clock unsure"),
    "beam_blocked": _("beam blocked"),
    "fragmentation": _("broken tracks"),
    "frozen": _("frozen picture"),
    "no_echo": _("no echo"),
    "low_contrast": _("low contrast"),
    "swaying": _("something sways"),
    "moving_light": _("moving light"),
}
_WEEKDAYS: Final = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_TITLES: Final[Mapping[str, str]] = {
    "dwell": _("Dwell and stays"),
    "bins": _("Dwell, how it is spread"),
    "presence": _("Presence"),
    "site_flow": _("Entries and exits"),
    "space_flow": _("Crossings of spaces"),
    "border_flow": _("Crossings of borders"),
    "line_flow": _("Crossings of lines"),
    "occupancy": _("People in closed spaces"),
    "estimates": _("Estimates of what is missing"),
    "quality": _("How well it was watched"),
    "participants": _("Participants in activities"),
    "weather": _("Weather"),
}


class Labels:
    """The labels of a workbook in one language; `more` are those of its own columns."""

    __slots__ = ("_labels", "language", "translated")

    def __init__(self, language: Language, more: Mapping[str, str] | None = None) -> None:
        self.language = language
        self._labels = {**_LABELS, **(more or {})}
        self.translated: Callable[[str], str] = catalog(Domain.ANSWERS, language).gettext

    def column(self, name: str) -> str:
        """Return what a column is called. Raises KeyError where nobody named it."""
        if name in self._labels:
            return self.translated(self._labels[name])
        for suffix, pattern in _SUFFIXES.items():
            if name.endswith(suffix):
                return self.translated(pattern).format(of=self.column(name.removesuffix(suffix)))
        for prefix, pattern in _PREFIXES.items():
            if name.startswith(prefix):
                return self.translated(pattern).format(of=self.column(name.removeprefix(prefix)))
        raise KeyError(name)

    def word(self, word: str) -> str:
        """Return a word of ours in the language; a name or key stays as it is."""
        return self.translated(_WORDS[word]) if word in _WORDS else word

    def group(self, by: str) -> str:
        """Return what a profile is grouped by: one of its columns, or two together."""
        return self.column(by) if by in _LABELS else self.word(by)

    def weekday(self, number: int) -> str:
        """Return the name of a weekday; 1 is Monday."""
        return self.translated(_WEEKDAYS[number - 1])

    def title(self, statement: str) -> str:
        """Return what the rows of a statement are about."""
        return self.translated(_TITLES[statement.rpartition("/")[2]])

    def yes_or_no(self, value: object) -> str:
        """Return yes or no."""
        return self.translated(_("yes") if value else _("no"))
