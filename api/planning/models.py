"""What is given to plan activities, and what is answered."""

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from api.errors import ParameterError
from api.logbook import fields
from api.planning.week import WeekItem
from api.tables.base import FrozenModel
from core.asked_times import EARLIEST, LATEST

Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="A date, by the site's clocks.", examples=["2026-11-30"])
]


def as_date(name: str, text: str) -> date:
    """Return a date. Raises ParameterError, which names the field."""
    return _known_day(name, text, text, "date")


def monday_of(name: str, week: str) -> date:
    """Return the Monday of a week such as 2026-W48. Raises ParameterError, which names the field."""
    return _known_day(name, week, f"{week}-1", "week")


def _known_day(name: str, text: str, iso: str, what: str) -> date:
    """Return a date of the years that records have: beside others, a day's midnight in UTC can be out of all years."""
    try:
        found = date.fromisoformat(iso)
    except ValueError as error:
        raise ParameterError(f"{name} {text}: there is no such {what}") from error
    if not EARLIEST.date() <= found < LATEST.date():
        raise ParameterError(f"{name} {text} must lie between 2020 and {LATEST.year}")
    return found


class PlanFields(FrozenModel):
    """What is to be planned: exactly one of template, items and copy_week, on the dates from first to until."""

    template: Annotated[int | None, Field(ge=1, lt=2**31, description="Number of a template.", examples=[None])] = None
    items: Annotated[
        list[fields.TemplateItem] | None,
        Field(min_length=1, max_length=200, description="What happens in a week."),
    ] = None
    copy_week: Annotated[
        str | None,
        Field(
            pattern=r"^\d{4}-W\d\d$",
            description="A week whose activities are to come again, but for cancelled ones.",
            examples=[None],
        ),
    ] = None
    first: Annotated[Day, Field(description="The first date.", examples=["2026-11-30"])]
    until: Annotated[Day, Field(description="The last date.", examples=["2026-12-20"])]
    dry_run: Annotated[bool, Field(description="Say what would come of it, and write nothing.", examples=[False])] = (
        False
    )


class PlannedActivity(FrozenModel):
    """An activity of a plan."""

    activity_id: Annotated[int | None, Field(description="Its number; null: it would be made.", examples=[17])]
    plan_key: Annotated[str | None, Field(description="What it was made from; null: by hand.", examples=["plan:x"])]
    kind: fields.ActivityKind
    title: Annotated[str, Field(description="What it is called.", examples=["Körsång i tunneln"])]
    space: fields.Space = None
    organiser: fields.Organiser = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    status: Annotated[
        Literal["planned", "ongoing", "held", "cancelled"], Field(description="What it is.", examples=["planned"])
    ]


class PlanOutcome(FrozenModel):
    """What came of a plan, or would come of it."""

    made: Annotated[list[PlannedActivity], Field(description="Made anew.")]
    changed: Annotated[list[PlannedActivity], Field(description="Planned before, and changed as its file was.")]
    there: Annotated[list[PlannedActivity], Field(description="There already.")]
    kept: Annotated[
        list[PlannedActivity],
        Field(description="Otherwise in the file; but changed by hand since, or no longer only planned."),
    ]

    @classmethod
    def of(cls, outcomes: list[dict[str, Any]]) -> "PlanOutcome":
        """Return it from what the command says of each activity."""
        found: dict[str, list[PlannedActivity]] = {name: [] for name in cls.model_fields}
        for one in outcomes:
            known = {name: value for name, value in one["activity"].items() if name in PlannedActivity.model_fields}
            found[one["outcome"]].append(PlannedActivity.model_validate(known))
        return cls.model_validate(found)


def week_item(item: fields.TemplateItem) -> WeekItem:
    """Return an item of a template as one of a week."""
    starts, ends = time.fromisoformat(item.from_), time.fromisoformat(item.to)
    known = item.model_dump(mode="json", include={"kind", "title", "space", "organiser"}, exclude_none=True)
    return WeekItem(item.weekday, starts, ends, int(ends <= starts), known)
