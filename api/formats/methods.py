"""How numbers are made, in sentences that go with a file: as docs/numbers.md has it, shorter."""

from collections.abc import Iterator, Mapping
from typing import Final

from api.formats.metadata import ResultMetadata
from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _

_ALWAYS: Final = (
    _("Each row is a bucket of the site's local time. Every bucket is there, observed or not."),
    _(
        "Coverage is observed over expected time: what the line or zone was commissioned for within the hours "
        "asked for. An empty cell means that nothing was observed, 0 that nobody passed."
    ),
    _("Counts and times are whole numbers, added without rounding. Ratios are rounded once, halves upwards."),
)
_PROFILE: Final = (
    _(
        "Each row is all time of the range that has the same weekday, hour, kind of day or month by the site's clocks. "
        "An hour that comes twice when clocks go back weighs as two hours, one that is skipped is not expected."
    ),
    *_ALWAYS[1:],
    _(
        "Rates are over observed time, so that time that is missing doesn't lower them. days are the local dates "
        "behind a row; spread (_sd: standard deviation of a sample; _q1, _median, _q3: quartiles) is between its "
        "spread_days: the dates of which at least half of the expected time was observed and no part is missing from "
        "the range."
    ),
)
_PARTICIPANTS: Final = (
    _(
        "Each row is a kind of activity and a group of people, over all activities that start in the range, as they "
        "are known now: after later changes, without what was withdrawn."
    ),
    _(
        "participants adds head counts: who comes to two activities is counted twice. They aren't persons, and aren't "
        "entries. unknown is who was counted and isn't in any group; so the rows of a kind add up to all that were "
        "counted there. "
        "participants_estimated is what of them staff estimated rather than counted."
    ),
)
_BINS: Final = _(
    "Each row is a bin of the histogram: visits that ended in that time, by their dwell from bin_from_s up to below "
    "bin_to_s."
)
_SUMS: Final = _(
    "A sum over lines has the lowest coverage of its main lines. Below 0.9 it is an estimate (too low) and "
    "names the lines that are missing; below 0.5 the cell is empty. Nothing is filled in."
)
_CROSSINGS: Final = _(
    "A crossing is a person who passes a line completely; who turns back is not counted. Gross counts those too."
)
_LIFE_TABLE: Final = (
    _(
        "A visit is a person's continuous time in the zone and belongs to the bucket in which it ended. Visits "
        "that were not seen coming in (fragments) are not part of stays."
    ),
    _(
        "Stays = entered x S(threshold). S comes from the life table of the visits that were seen coming in; one "
        "that was lost from sight counts as half at risk in its bin. stays_low and stays_high are the bounds if "
        "all lost ones were short or long; wide says where they differ by more than 10 %."
    ),
    _(
        "Each bucket is the life table of all its visits: the stays of hours don't add up to those of their month, "
        "which comes from the month's visits put together. Entered and presence do add up."
    ),
    _(
        "The share who stay is stays over all that came in, however shortly. Quantiles are known to their bin and "
        "withheld when more than 20 % were lost from sight."
    ),
    _("The 30 minutes before and after an outage count as unobserved for dwell."),
)
_PRESENCE: Final = _(
    "Presence is person-seconds in the zone, and hardly depends on broken tracks. Only zones that don't "
    "overlap may be added."
)
_CONTEXT: Final = (
    _(
        "Weather is that of a weather station in all hours of the bucket, whatever hours the numbers are of: "
        "temperatures at the hour, precipitation of the hours that end in it. Nothing is filled in: the columns "
        "*_hours say how many there are."
    ),
    _(
        "Holidays and school breaks are those of the site file. *_days counts dates of the bucket; it is empty where "
        "the site file has none in all that year, so that nothing is known of it."
    ),
)
_RAW: Final = _("The numbers are raw: as the counters reported them.")
_CORRECTED: Final = _(
    "Corrected numbers are the counter's times the factor of a calibration, quarter-hour by quarter-hour: "
    "counted by hand over counted by the counter, in six counting rounds or more, with an interval (95 %) from "
    "how the rounds differ. The interval shows how well the factor is known. The column numbers says whether "
    "all (corrected), a part (partly) or nothing (raw) was corrected, corrected_by by which calibrations. "
    "Excluded quarter-hours count as unobserved."
)
_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "dwell": (*_LIFE_TABLE, _PRESENCE),
    "bins": (_BINS,),
    "presence": (_PRESENCE,),
    "line_flow": (_CROSSINGS,),
    "border_flow": (_CROSSINGS, _SUMS),
    "space_flow": (_CROSSINGS, _SUMS),
    "site_flow": (
        _CROSSINGS,
        _("An entry is an inward crossing of a main line to outside. It is not a number of persons."),
        _SUMS,
    ),
    "occupancy": (
        _(
            "People in a closed space, from its lines alone, between two times at which nobody was there: from and to. "
            "What is left over is the drift, which gives the bounds. For no verdict."
        ),
    ),
    "estimates": (
        _CROSSINGS,
        _(
            "The columns missing_* are estimates, no counts: for each hour that was not watched in full, the rate of "
            "the same hour and weekday, four weeks before and after (three at least), times the time that is missing. "
            "Low and high are the lowest and the highest of these rates."
        ),
    ),
    "weather": (
        _(
            "Temperatures are those of a weather station at the hour, precipitation that of the hours that end in the "
            "bucket. Nothing is filled in: the columns *_hours say how many there are."
        ),
    ),
    "quality": (
        _(
            "An outage is a run of quarter-hours that should have been observed, less than nine tenths of which was. "
            "Rejected records and those reported twice are of the devices that watched the line or zone."
        ),
    ),
}


_CHANGES: Final = _(
    "What has changed since in the data of this range: platspuls changes --site {site} --since {data_version}, or "
    "/api/v1/sites/{site}/changes?since={data_version}."
)


def method(metadata: ResultMetadata, language: Language) -> Iterator[str]:
    """Yield the sentences that go with an answer."""
    yield from _made(metadata, language)
    asked = catalog(Domain.ANSWERS, language).gettext(_CHANGES)
    yield asked.format(site=metadata.query.site.site, data_version=metadata.data_version)


def _made(metadata: ResultMetadata, language: Language) -> Iterator[str]:
    translate = catalog(Domain.ANSWERS, language).gettext
    statement = metadata.table.statement.rpartition("/")[2]
    numbers = _CORRECTED if metadata.table.numbers == "corrected" else _RAW
    if statement == "participants":
        yield from map(translate, _PARTICIPANTS)
        return
    always = _PROFILE if metadata.table.is_profile else _ALWAYS
    context = _CONTEXT if metadata.table.context else ()
    for sentence in (*always, *_METHODS[statement], *context, numbers):
        yield translate(sentence)
    if "threshold_s" in metadata.more:
        stay = _("A stay is here a visit of at least {threshold_s} seconds.")
        yield translate(stay).format(threshold_s=metadata.more["threshold_s"])
