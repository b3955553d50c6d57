"""What the API answers about closed spaces from their lines alone."""

from typing import Annotated

from pydantic import Field

from api.tables.base import FrozenModel
from api.tables.cell import Cell
from api.tables.columns import Key, LeastCoverage, SumExpectedMs, SumObservedMs
from api.tables.context import InContext
from api.tables.series import Series


class _OfSpaceKey(FrozenModel):
    """The space that a row is of, by its key alone."""

    space: Key


class OccupancyRow(InContext, Cell, _OfSpaceKey):
    """People in a closed space at the end of a bucket, from its lines alone: an estimate, for no verdict."""

    occupancy: Annotated[int | None, Field(description="Came in less went out since `from`.", examples=[12])]
    occupancy_low: Annotated[int | None, Field(description="If the drift was missed early.", examples=[10])]
    occupancy_high: Annotated[int | None, Field(description="If the drift was missed late.", examples=[12])]
    refused_for: Annotated[str | None, Field(description="not_closed, coverage, empty or drift.", examples=[None])]
    observed_ms: SumObservedMs
    expected_ms: SumExpectedMs


class SpaceDwell(FrozenModel):
    """Mean time in a closed space between two times at which nobody was in it, by Little's law. For no verdict."""

    space: Key
    inward: Annotated[int, Field(description="Crossings into it.", examples=[612])]
    outward: Annotated[int, Field(description="Crossings out of it.", examples=[609])]
    drift: Annotated[int, Field(description="inward - outward; nobody was left, so these were missed.", examples=[3])]
    coverage: LeastCoverage
    dwell_s: Annotated[float | None, Field(description="Mean of the two bounds, in seconds.", examples=[212.4])]
    dwell_low_s: Annotated[float | None, Field(description="If all of the drift was missed early.", examples=[195.0])]
    dwell_high_s: Annotated[float | None, Field(description="If all of it was missed late.", examples=[229.8])]
    occupancy_mean: Annotated[float | None, Field(description="Mean number of people.", examples=[3.011])]
    refused_for: Annotated[
        str | None,
        Field(
            description="not_closed: not every border had a main line; coverage: one was watched for less than 0.98 of "
            "the time; empty: nobody came; drift: the bounds differ by more than 25 % of the lower.",
            examples=[None],
        ),
    ]


class Occupancy(FrozenModel):
    """Occupancy and mean time in closed spaces from their lines alone, between two times at which nobody was there."""

    series: Series[OccupancyRow]
    spaces: list[SpaceDwell]
