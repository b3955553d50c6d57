"""The columns that rows by bucket share, each once: of what, when, how well it was watched, how it was corrected.

A row lists its mixins from the last columns to the first, as Python resolves them: `class LineFlowRow(Watched, Cell,
OfLineWithRole)` has the line, the times, its own columns, and then how well the line was watched.
"""

from typing import Annotated, Any

from pydantic import Field

from api.tables.base import FrozenModel
from api.tables.columns import (
    CorrectedBy,
    CorrectedMs,
    Coverage,
    DwellCoverage,
    DwellObservedMs,
    EndUtc,
    Estimate,
    ExcludedMs,
    ExpectedMs,
    Flags,
    Key,
    LeastCoverage,
    Missing,
    NameEn,
    NameSv,
    NumbersKind,
    ObservedMs,
    Partial,
    StartLocal,
    StartUtc,
    SumExpectedMs,
    SumObservedMs,
    UtcOffset,
)


class OfSpace(FrozenModel):
    """The space that a row is of."""

    space: Key
    name_sv: NameSv
    name_en: NameEn


class OfBorder(FrozenModel):
    """The border that a row is of."""

    border: Key
    name_sv: NameSv
    name_en: NameEn


class OfLine(FrozenModel):
    """The line that a row is of."""

    line: Key
    name_sv: NameSv
    name_en: NameEn


class OfLineWithRole(OfLine):
    """The line that a row is of, where check lines are among them."""

    role: Annotated[str, Field(description="main or check; a check line is in no sum.", examples=["main"])]


class OfZone(FrozenModel):
    """The zone that a row is of."""

    zone: Key
    name_sv: NameSv
    name_en: NameEn


class LastColumns(FrozenModel):
    """A mixin whose columns end a row."""


class OrderedColumns(FrozenModel):
    """What a row adds stands between the columns that begin it and those of the mixins that end it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - as pydantic has it
        """Move the columns of the mixins that end a row behind the row's own."""
        super().__pydantic_init_subclass__(**kwargs)
        mixins = [base for base in reversed(cls.__mro__) if LastColumns in base.__bases__]
        for name in [name for mixin in mixins for name in mixin.__annotations__]:
            cls.__pydantic_fields__[name] = cls.__pydantic_fields__.pop(name)
        cls.model_rebuild(force=True)


class WholeCell(OrderedColumns):
    """One bucket of local time."""

    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset


class Cell(WholeCell):
    """One bucket of local time, of which the question may ask for a part."""

    partial: Partial


class Watched(LastColumns):
    """How well one line or zone was watched; ends a row."""

    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags


class WatchedDwell(LastColumns):
    """How well one zone was watched, as far as dwell is concerned; ends a row."""

    observed_ms: DwellObservedMs
    expected_ms: ExpectedMs
    coverage: DwellCoverage
    flags: Flags


class WatchedMainLines(LastColumns):
    """How well the main lines of a sum were watched; ends a row."""

    observed_ms: SumObservedMs
    expected_ms: SumExpectedMs
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate


class Correction(LastColumns):
    """How a sum was corrected; ends a row."""

    numbers: NumbersKind
    corrected_by: CorrectedBy


class CorrectionOfPart(LastColumns):
    """How the numbers of one line or zone were corrected; ends a row."""

    numbers: NumbersKind
    corrected_ms: CorrectedMs
    corrected_by: CorrectedBy
    excluded_ms: ExcludedMs
