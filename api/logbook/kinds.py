"""The kinds of log records, and the three models of each: what makes one, what changes one, what is shown of one."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from api.access.roles import Right
from api.logbook import fields, round_plan
from api.logbook.origin import ROW_FIELDS
from api.tables.base import FrozenModel

_DECLARED: Final = frozenset({"exclusion", "study", "phase", "round_plan"})
"""Kinds of which matters when they were declared, and not when somebody entered them."""
_CHANGEABLE: Final = {"round_plan": frozenset({"name", "note"})}
"""Of kinds that can't be changed in all of their fields, those that can."""
_WRITTEN: Final[dict[str, Any]] = {
    "written_at": (AwareDatetime, Field(description="When this version was written.")),
    "written_by": (
        str,
        Field(description="By which key or login; a pseudonym unless one administrates.", examples=["key:desk"]),
    ),
}


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of log record.

    Attributes:
        entity: its word in the database, such as staff_time.
        path: the last part of its address, such as staff-time.
        fields: what makes one.
        row: what is shown of one.
        change: what changes one: any of its fields.
        verb: what its first command is called.
        filter: the field that a list can be limited by, or None.
        read: the right to see them.
        write: the right to write them.
    """

    entity: str
    path: str
    fields: type[BaseModel]
    row: type[BaseModel]
    change: type[BaseModel]
    verb: str
    filter: str | None
    read: Right
    write: Right

    @property
    def has_origin(self) -> bool:
        """Tell whether its log records say when and how they were entered."""
        return self.entity not in _DECLARED

    @property
    def plural(self) -> str:
        """Return what several are called."""
        return self.path.replace("-", " ")

    @property
    def words(self) -> str:
        """Return what one is called in a sentence."""
        return self.entity.replace("_", " ")

    def small_change(self) -> dict[str, Any]:
        """Return an example of a change: own words, and what must be given with them."""
        words = next(name for name in ("note", "reason", "text", "name") if name in self.fields.model_fields)
        more = {"result_seen": True} if self.entity == "phase" else {}
        return {words: "Rättad", **more}

    def dumped(self, given: BaseModel) -> dict[str, Any]:
        """Return what was given, and nothing else, as JSON."""
        return given.model_dump(mode="json", exclude_unset=True)


def _kind(
    entity: str, path: str, given: type[BaseModel], *, verb: str = "create", only: str | None = None
) -> RecordKind:
    name = given.__name__.removesuffix("Fields")
    changes: dict[str, Any] = {
        key: _optional(field) for key, field in given.model_fields.items() if key in _CHANGEABLE.get(entity, {key})
    }
    study = entity in {"survey", "exclusion", "study", "phase"}
    return RecordKind(
        entity=entity,
        path=path,
        fields=given,
        row=_row(name, entity, given),
        change=create_model(
            f"{name}Change",
            __base__=FrozenModel,
            __doc__=f"Fields of {name} to change. Null empties one that needn't be there.",
            **changes,
        ),
        verb=verb,
        filter=only,
        read=Right.READ_STUDY if study else Right.READ_LOG_RECORDS,
        write=Right.WRITE_STUDY if study or entity == "round_plan" else Right.WRITE_LOG_RECORDS,
    )


def _row(name: str, entity: str, given: type[BaseModel]) -> type[BaseModel]:
    columns: dict[str, Any] = {
        "site": (str, Field(description="Key of the site.", examples=["haninge-entre"])),
        f"{entity}_id": (int, Field(description="Its number.", examples=[17])),
        "version": (int, Field(description="Rises by one with each change: see If-Match.", examples=[1])),
        **{key: _shown(field) for key, field in given.model_fields.items()},
        **_MORE.get(entity, {}),
        **_WRITTEN,
        **({} if entity in _DECLARED else ROW_FIELDS),
    }
    return create_model(name, __base__=FrozenModel, __doc__=given.__doc__, **columns)


def _shown(field: FieldInfo) -> tuple[Any, Any]:
    return field.annotation, Field(description=field.description, examples=field.examples)


def _optional(field: FieldInfo) -> tuple[Any, Any]:
    checked: Any = field.annotation
    if field.metadata:
        checked = Annotated[(checked, *field.metadata)]
    return checked | None, Field(default=None, description=field.description, examples=field.examples)


_TEXT_REMOVED: Final[dict[str, Any]] = {
    "text_removed_at": (
        AwareDatetime | None,
        Field(
            default=None,
            description="When its text in own words was taken away because of its age; null: it never was.",
        ),
    )
}
_MORE: Final[dict[str, dict[str, Any]]] = {
    "activity": {
        "status": (
            Literal["planned", "ongoing", "held", "cancelled"] | None,
            Field(
                description="What became of it; a planned one stays so until somebody says. Null in histories alone: "
                "from before this was noted.",
                examples=["held"],
            ),
        ),
        **_TEXT_REMOVED,
    },
    "manual_count": {"total": (int, Field(description="The sum of the tallies.", examples=[12])), **_TEXT_REMOVED},
    "staff_time": _TEXT_REMOVED,
    "day_close": {
        "starts_at": (AwareDatetime, Field(description="When the day starts.")),
        "ends_at": (AwareDatetime, Field(description="When it ends, exclusive.")),
        **_TEXT_REMOVED,
    },
    "survey": _TEXT_REMOVED,
    "incident": _TEXT_REMOVED,
    "note": {
        "text": (
            str | None,
            Field(description="In own words; null once it was taken away.", examples=["Rulltrappan står still"]),
        ),
        **_TEXT_REMOVED,
    },
    "round_plan": {
        "seed": (int, Field(description="What its times were drawn by.", examples=[17])),
        "slots": (list[round_plan.PlannedSlot], Field(description="Its times, in their order.")),
        "starts_at": (AwareDatetime, Field(description="When its first day starts.")),
        "ends_at": (AwareDatetime, Field(description="When its last day ends.")),
    },
    "study": {"declared_at": (AwareDatetime, Field(description="When it was declared."))},
    "phase": {
        "closed_at": (AwareDatetime | None, Field(description="When it was closed; null while it may be changed.")),
        "archived_at": (AwareDatetime | None, Field(description="When its raw facts were let go; null until then.")),
    },
}

KINDS: Final = (
    _kind("activity", "activities", fields.ActivityFields, only="kind"),
    _kind("manual_count", "manual-counts", fields.ManualCountFields),
    _kind("staff_time", "staff-time", fields.StaffTimeFields, only="role"),
    _kind("survey", "surveys", fields.SurveyFields, only="mode"),
    _kind("incident", "incidents", fields.IncidentFields, only="kind"),
    _kind("note", "notes", fields.NoteFields),
    _kind("day_close", "day-closes", fields.DayCloseFields),
    _kind("activity_template", "activity-templates", fields.ActivityTemplateFields),
    _kind("round_plan", "round-plans", round_plan.RoundPlanFields, only="mode"),
    _kind("exclusion", "exclusions", fields.ExclusionFields),
    _kind("study", "studies", fields.StudyFields, verb="declare"),
    _kind("phase", "phases", fields.PhaseFields, verb="declare", only="kind"),
)
PHASE: Final = KINDS[-1]
