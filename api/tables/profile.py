"""Rows of profiles: one zone, line or sum in one group of local time each, such as all Tuesdays at five."""

from typing import Annotated, Any

from pydantic import Field

from api.tables.cell import (
    OfBorder,
    OfLineWithRole,
    OfSpace,
    OfZone,
    OrderedColumns,
    Watched,
    WatchedDwell,
    WatchedMainLines,
)
from api.tables.columns import StayThreshold, Wide


def _rate(of: str, example: float) -> Any:  # noqa: ANN401 - pydantic's fields are anything
    return Field(description=f"{of} per hour of observed time. Null where nothing was observed.", examples=[example])


def _rate_of_sum(of: str, example: float) -> Any:  # noqa: ANN401 - pydantic's fields are anything
    return Field(
        description=f"{of} per hour of expected time: of each line over its own observed time. Null below a coverage "
        "of 0.5.",
        examples=[example],
    )


def _sd(of: str, example: float) -> Any:  # noqa: ANN401 - pydantic's fields are anything
    return Field(description=f"Standard deviation (of a sample) of {of} of the spread_days.", examples=[example])


def _quartile(part: str, of: str, example: float) -> Any:  # noqa: ANN401 - pydantic's fields are anything
    return Field(description=f"{part} of {of} of the spread_days, linear between two of them.", examples=[example])


class TimeGroup(OrderedColumns):
    """A group of local time."""

    weekday: Annotated[
        int | None, Field(description="ISO weekday, 1 is Monday; null where the profile isn't by it.", examples=[2])
    ]
    hour: Annotated[
        int | None,
        Field(
            description="Hour as the site's clocks show it, 0 to 23; null where the profile isn't by it.", examples=[17]
        ),
    ]
    day_type: Annotated[
        str | None,
        Field(
            description="mon_thu, fri, sat or sun_holiday (Sundays, and holidays by the site file); null where the "
            "profile isn't by it.",
            examples=[None],
        ),
    ]
    month: Annotated[
        int | None,
        Field(description="Month of the year, of all years; null where the profile isn't by it.", examples=[None]),
    ]
    partial: Annotated[
        bool,
        Field(
            description="The range cuts an hour or day of it, or one hadn't ended when this was answered.",
            examples=[False],
        ),
    ]


class ProfileGroup(TimeGroup):
    """A group of local time, and how many dates are behind it."""

    days: Annotated[int, Field(description="Local dates on which it was observed at all.", examples=[9])]
    days_expected: Annotated[int, Field(description="Local dates on which it should have been.", examples=[9])]
    spread_days: Annotated[
        int,
        Field(
            description="Dates that spread is between: at least half of the expected time observed, nothing partial.",
            examples=[8],
        ),
    ]


class DwellProfileRow(WatchedDwell, ProfileGroup, OfZone):
    """Dwell and stays of one zone in one group, from one life table of all visits that ended in it."""

    threshold_s: StayThreshold
    entered: Annotated[
        int | None, Field(description="Visits that began over the zone's edge: complete + cut.", examples=[297])
    ]
    complete: Annotated[int | None, Field(description="Entered and seen leaving.", examples=[270])]
    cut: Annotated[int | None, Field(description="Entered and lost from sight.", examples=[27])]
    fragment: Annotated[int | None, Field(description="First seen inside; no part of stays.", examples=[18])]
    stays: Annotated[
        float | None,
        Field(
            description="Stays: entered x S(threshold) by the life table. Null where not observed.", examples=[111.6]
        ),
    ]
    stays_low: Annotated[int | None, Field(description="Stays if all cut were short.", examples=[108])]
    stays_high: Annotated[int | None, Field(description="Stays if all cut were long.", examples=[117])]
    wide: Wide
    share: Annotated[float | None, Field(description="stays / entered, 0 to 1.", examples=[0.3758])]
    median_s: Annotated[
        float | None,
        Field(
            description="Dwell that half exceed, in seconds. Null above 20 % cut, or if never reached.", examples=[41.3]
        ),
    ]
    p75_s: Annotated[float | None, Field(description="Dwell that a quarter exceed, in seconds.", examples=[92.0])]
    p90_s: Annotated[float | None, Field(description="Dwell that a tenth exceed, in seconds.", examples=[410.5])]
    entered_per_hour: Annotated[float | None, _rate("entered", 33.0)]
    stays_per_hour: Annotated[float | None, _rate("stays", 12.4)]
    entered_per_hour_sd: Annotated[float | None, _sd("entered_per_hour", 5.1)]
    entered_per_hour_q1: Annotated[float | None, _quartile("First quartile", "entered_per_hour", 29.5)]
    entered_per_hour_median: Annotated[float | None, _quartile("Median", "entered_per_hour", 33.2)]
    entered_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "entered_per_hour", 36.0)]
    share_sd: Annotated[float | None, _sd("the share, by a life table of each date,", 0.051)]
    share_q1: Annotated[float | None, _quartile("First quartile", "the share", 0.3402)]
    share_median: Annotated[float | None, _quartile("Median", "the share", 0.3749)]
    share_q3: Annotated[float | None, _quartile("Third quartile", "the share", 0.4111)]


class DwellBinRow(WatchedDwell, TimeGroup, OfZone):
    """One bin of the histogram of one zone in one group: visits that ended in it, by their dwell."""

    bin_from_s: Annotated[int, Field(description="The bin's lower edge, in seconds, inclusive.", examples=[60])]
    bin_to_s: Annotated[
        int | None, Field(description="Its upper edge, exclusive; null of the last, which is open.", examples=[90])
    ]
    complete: Annotated[int | None, Field(description="Entered and seen leaving.", examples=[31])]
    cut: Annotated[int | None, Field(description="Entered and lost from sight.", examples=[2])]
    fragment: Annotated[int | None, Field(description="First seen inside; no part of stays.", examples=[1])]


class PresenceProfileRow(Watched, ProfileGroup, OfZone):
    """Entries, exits and presence of one zone in one group."""

    entries: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[279])]
    appeared: Annotated[int | None, Field(description="Visits first seen inside.", examples=[18])]
    exits: Annotated[int | None, Field(description="Visits that ended over the zone's edge.", examples=[270])]
    lost: Annotated[int | None, Field(description="Visits lost from sight inside.", examples=[27])]
    presence_s: Annotated[int | None, Field(description="Presence in person-seconds.", examples=[48600])]
    presence_hours: Annotated[float | None, Field(description="Presence in person-hours.", examples=[13.5])]
    occupancy_mean: Annotated[float | None, Field(description="Mean number of people while watched.", examples=[1.506])]
    occupancy_max: Annotated[int | None, Field(description="Most people at one moment.", examples=[7])]
    entries_per_hour: Annotated[float | None, _rate("entries", 31.1)]
    entries_per_hour_sd: Annotated[float | None, _sd("entries_per_hour", 5.1)]
    entries_per_hour_q1: Annotated[float | None, _quartile("First quartile", "entries_per_hour", 27.5)]
    entries_per_hour_median: Annotated[float | None, _quartile("Median", "entries_per_hour", 31.2)]
    entries_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "entries_per_hour", 34.0)]
    occupancy_mean_sd: Annotated[float | None, _sd("occupancy_mean", 0.4)]
    occupancy_mean_q1: Annotated[float | None, _quartile("First quartile", "occupancy_mean", 1.25)]
    occupancy_mean_median: Annotated[float | None, _quartile("Median", "occupancy_mean", 1.5)]
    occupancy_mean_q3: Annotated[float | None, _quartile("Third quartile", "occupancy_mean", 1.75)]


class SiteFlowProfileRow(WatchedMainLines, ProfileGroup):
    """Entries to and exits from the site in one group: crossings, not persons."""

    entries: Annotated[
        int | None, Field(description="Inward crossings. Null below a coverage of 0.5.", examples=[1062])
    ]
    exits: Annotated[int | None, Field(description="Outward crossings. Null below a coverage of 0.5.", examples=[927])]
    gross_entries: Annotated[int | None, Field(description="Entries with turn-backs and sway.", examples=[1125])]
    gross_exits: Annotated[int | None, Field(description="Exits with turn-backs and sway.", examples=[990])]
    entries_per_hour: Annotated[float | None, _rate_of_sum("entries", 118.0)]
    exits_per_hour: Annotated[float | None, _rate_of_sum("exits", 103.0)]
    entries_per_hour_sd: Annotated[float | None, _sd("entries_per_hour", 9.2)]
    entries_per_hour_q1: Annotated[float | None, _quartile("First quartile", "entries_per_hour", 111.0)]
    entries_per_hour_median: Annotated[float | None, _quartile("Median", "entries_per_hour", 118.0)]
    entries_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "entries_per_hour", 126.0)]
    exits_per_hour_sd: Annotated[float | None, _sd("exits_per_hour", 9.2)]
    exits_per_hour_q1: Annotated[float | None, _quartile("First quartile", "exits_per_hour", 96.0)]
    exits_per_hour_median: Annotated[float | None, _quartile("Median", "exits_per_hour", 103.0)]
    exits_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "exits_per_hour", 111.0)]


class SpaceFlowProfileRow(WatchedMainLines, ProfileGroup, OfSpace):
    """Crossings into and out of one space in one group, over all main lines of its borders."""

    inward: Annotated[
        int | None, Field(description="Crossings into it. Null below a coverage of 0.5.", examples=[1062])
    ]
    outward: Annotated[
        int | None, Field(description="Crossings out of it. Null below a coverage of 0.5.", examples=[927])
    ]
    gross_inward: Annotated[int | None, Field(description="inward with turn-backs and sway.", examples=[1125])]
    gross_outward: Annotated[int | None, Field(description="outward with turn-backs and sway.", examples=[990])]
    inward_per_hour: Annotated[float | None, _rate_of_sum("inward", 118.0)]
    outward_per_hour: Annotated[float | None, _rate_of_sum("outward", 103.0)]
    inward_per_hour_sd: Annotated[float | None, _sd("inward_per_hour", 9.2)]
    inward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "inward_per_hour", 111.0)]
    inward_per_hour_median: Annotated[float | None, _quartile("Median", "inward_per_hour", 118.0)]
    inward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "inward_per_hour", 126.0)]
    outward_per_hour_sd: Annotated[float | None, _sd("outward_per_hour", 9.2)]
    outward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "outward_per_hour", 96.0)]
    outward_per_hour_median: Annotated[float | None, _quartile("Median", "outward_per_hour", 103.0)]
    outward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "outward_per_hour", 111.0)]


class BorderFlowProfileRow(WatchedMainLines, ProfileGroup, OfBorder):
    """Crossings of one border in one group, over its main lines."""

    forward: Annotated[
        int | None,
        Field(description="From its from_space to its to_space. Null below a coverage of 0.5.", examples=[1062]),
    ]
    backward: Annotated[int | None, Field(description="The other way. Null below a coverage of 0.5.", examples=[927])]
    gross_forward: Annotated[int | None, Field(description="forward with turn-backs and sway.", examples=[1125])]
    gross_backward: Annotated[int | None, Field(description="backward with turn-backs and sway.", examples=[990])]
    forward_per_hour: Annotated[float | None, _rate_of_sum("forward", 118.0)]
    backward_per_hour: Annotated[float | None, _rate_of_sum("backward", 103.0)]
    forward_per_hour_sd: Annotated[float | None, _sd("forward_per_hour", 9.2)]
    forward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "forward_per_hour", 111.0)]
    forward_per_hour_median: Annotated[float | None, _quartile("Median", "forward_per_hour", 118.0)]
    forward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "forward_per_hour", 126.0)]
    backward_per_hour_sd: Annotated[float | None, _sd("backward_per_hour", 9.2)]
    backward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "backward_per_hour", 96.0)]
    backward_per_hour_median: Annotated[float | None, _quartile("Median", "backward_per_hour", 103.0)]
    backward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "backward_per_hour", 111.0)]


class LineFlowProfileRow(Watched, ProfileGroup, OfLineWithRole):
    """Crossings of one line, main or check, in one group."""

    forward: Annotated[int | None, Field(description="Crossings in the line's direction.", examples=[1062])]
    backward: Annotated[int | None, Field(description="Crossings the other way.", examples=[927])]
    gross_forward: Annotated[int | None, Field(description="forward with turn-backs and sway.", examples=[1125])]
    gross_backward: Annotated[int | None, Field(description="backward with turn-backs and sway.", examples=[990])]
    forward_per_hour: Annotated[float | None, _rate("forward", 118.0)]
    backward_per_hour: Annotated[float | None, _rate("backward", 103.0)]
    forward_per_hour_sd: Annotated[float | None, _sd("forward_per_hour", 9.2)]
    forward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "forward_per_hour", 111.0)]
    forward_per_hour_median: Annotated[float | None, _quartile("Median", "forward_per_hour", 118.0)]
    forward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "forward_per_hour", 126.0)]
    backward_per_hour_sd: Annotated[float | None, _sd("backward_per_hour", 9.2)]
    backward_per_hour_q1: Annotated[float | None, _quartile("First quartile", "backward_per_hour", 96.0)]
    backward_per_hour_median: Annotated[float | None, _quartile("Median", "backward_per_hour", 103.0)]
    backward_per_hour_q3: Annotated[float | None, _quartile("Third quartile", "backward_per_hour", 111.0)]
