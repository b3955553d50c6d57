"""The log as rows for evaluation: flat, with local times, authors as pseudonyms, and history where it is asked for."""

from typing import TypedDict, TypeVar, Unpack

from platspuls_client.models import (
    ActivitiesLogRow,
    ActivityTemplatesLogRow,
    AnswersLogRow,
    DayClosesLogRow,
    ExclusionsLogRow,
    IncidentsLogRow,
    ManualCountsLogRow,
    NotesLogRow,
    ParticipantsLogRow,
    PhasesLogRow,
    RoundPlansLogRow,
    SlotsLogRow,
    StaffTimeLogRow,
    StudiesLogRow,
    SurveysLogRow,
    TalliesLogRow,
    TemplateItemsLogRow,
)
from platspuls_client.query import LogQuery
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When

RowT = TypeVar("RowT")


class OfLog(TypedDict, total=False):
    """When, and whether every version is wanted; each as in LogQuery."""

    period: str
    history: bool


class LogRows:
    """Asks for the log of a site, a kind at a time; times as in LogQuery. All kinds as a file: `Client.save`."""

    __slots__ = ("_reading",)

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def activities(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[ActivitiesLogRow]:
        """Return what was arranged."""
        return self._rows(ActivitiesLogRow, "activities", site, start, end, options)

    def participants(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[ParticipantsLogRow]:
        """Return who took part in activities, a row a group."""
        return self._rows(ParticipantsLogRow, "participants", site, start, end, options)

    def manual_counts(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[ManualCountsLogRow]:
        """Return manual counts."""
        return self._rows(ManualCountsLogRow, "manual-counts", site, start, end, options)

    def tallies(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[TalliesLogRow]:
        """Return the tallies of manual counts, a row each."""
        return self._rows(TalliesLogRow, "tallies", site, start, end, options)

    def staff_time(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[StaffTimeLogRow]:
        """Return when how many of the staff were there."""
        return self._rows(StaffTimeLogRow, "staff-time", site, start, end, options)

    def surveys(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[SurveysLogRow]:
        """Return questionnaire rounds."""
        return self._rows(SurveysLogRow, "surveys", site, start, end, options)

    def answers(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[AnswersLogRow]:
        """Return the answers of surveys, a row each."""
        return self._rows(AnswersLogRow, "answers", site, start, end, options)

    def incidents(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[IncidentsLogRow]:
        """Return disturbances and damage."""
        return self._rows(IncidentsLogRow, "incidents", site, start, end, options)

    def notes(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[NotesLogRow]:
        """Return what others should know."""
        return self._rows(NotesLogRow, "notes", site, start, end, options)

    def day_closes(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[DayClosesLogRow]:
        """Return how days went."""
        return self._rows(DayClosesLogRow, "day-closes", site, start, end, options)

    def activity_templates(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[ActivityTemplatesLogRow]:
        """Return weeks of activities that come again."""
        return self._rows(ActivityTemplatesLogRow, "activity-templates", site, start, end, options)

    def template_items(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[TemplateItemsLogRow]:
        """Return the activities of templates, a row each."""
        return self._rows(TemplateItemsLogRow, "template-items", site, start, end, options)

    def round_plans(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[RoundPlansLogRow]:
        """Return plans of rounds."""
        return self._rows(RoundPlansLogRow, "round-plans", site, start, end, options)

    def slots(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[SlotsLogRow]:
        """Return the slots of plans of rounds, a row each."""
        return self._rows(SlotsLogRow, "slots", site, start, end, options)

    def exclusions(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[ExclusionsLogRow]:
        """Return time that is left out of results."""
        return self._rows(ExclusionsLogRow, "exclusions", site, start, end, options)

    def studies(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[StudiesLogRow]:
        """Return evaluations."""
        return self._rows(StudiesLogRow, "studies", site, start, end, options)

    def phases(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLog]
    ) -> Rows[PhasesLogRow]:
        """Return their baselines and follow-ups."""
        return self._rows(PhasesLogRow, "phases", site, start, end, options)

    def _rows(  # noqa: PLR0913, PLR0917 - as its callers have them
        self, row: type[RowT], kind: str, site: str, start: When | None, end: When | None, options: OfLog
    ) -> Rows[RowT]:
        return self._reading.rows(LogQuery(site=site, kinds=[kind], start=start, end=end, **options), row)
