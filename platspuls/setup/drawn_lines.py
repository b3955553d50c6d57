"""What is said of a line while it is drawn: the judgement of `counter check`, in both languages."""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from platspuls.setup.drawing import DrawnLine

if TYPE_CHECKING:
    from counter.device_file import LineTable
    from counter.diagnostics.doctor.line_sights import LineSight


def line_table(drawn: DrawnLine, band: float | None) -> "LineTable | None":
    """Return a drawn line as the device file would have it, in the source's units; None where nobody can cross it."""
    from counter.device_file import LineTable

    try:
        return LineTable(**drawn.model_dump(), band=band)
    except ValidationError:
        return None


def shown_sight(sight: "LineSight") -> dict[str, Any]:
    """Return what a line can see, as the page shows it."""
    from core.texts.catalog import Language
    from counter.diagnostics.doctor.finding import Weight
    from counter.diagnostics.doctor.words import sight_lines

    weights = {finding.weight for finding in sight.findings}
    worst = next((weight for weight in (Weight.BAD, Weight.ROUGH) if weight in weights), "good")
    return {"weight": worst, **{language: sight_lines(sight, language) for language in Language}}
