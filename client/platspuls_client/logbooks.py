"""All kinds of log records that people write."""

from datetime import date, datetime

from platspuls_client.connection import Request
from platspuls_client.logbook import Logbook
from platspuls_client.models import (
    Activity,
    ActivityChange,
    ActivityFields,
    ActivityTemplate,
    ActivityTemplateChange,
    ActivityTemplateFields,
    Closing,
    DayClose,
    DayCloseChange,
    DayCloseFields,
    Exclusion,
    ExclusionChange,
    ExclusionFields,
    Extension,
    Incident,
    IncidentChange,
    IncidentFields,
    JointCountRow,
    ManualCount,
    ManualCountChange,
    ManualCountFields,
    Note,
    NoteChange,
    NoteFields,
    Phase,
    PhaseChange,
    PhaseFields,
    PlanFields,
    PlanOutcome,
    RoundPlan,
    RoundPlanChange,
    RoundPlanFields,
    RoundSlotRow,
    StaffTime,
    StaffTimeChange,
    StaffTimeFields,
    Study,
    StudyChange,
    StudyFields,
    Survey,
    SurveyChange,
    SurveyFields,
)
from platspuls_client.query import site_path, time_range
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When


class Logbooks:
    """The log records of sites, by kind; an attribute each.

    Attributes:
        activities: what was arranged, and how many took part.
        manual_counts: manual counts of who stays, doing what.
        staff_time: when how many of the staff were there, by role.
        surveys: questionnaire rounds, as counts.
        incidents: disturbances and damage.
        notes: what others should know.
        day_closes: how days went, one of each day.
        activity_templates: weeks of activities that come again.
        round_plans: when manual counts are to be made, drawn at random.
        exclusions: time that is left out of results, and why.
        studies: evaluations.
        phases: their baselines and follow-ups.
    """

    __slots__ = (
        "_reading",
        "activities",
        "activity_templates",
        "day_closes",
        "exclusions",
        "incidents",
        "manual_counts",
        "notes",
        "phases",
        "round_plans",
        "staff_time",
        "studies",
        "surveys",
    )

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.activities = Logbook[Activity, ActivityFields, ActivityChange](
            reading, "activities", Activity, lambda one: (one.site, one.activity_id, one.version), "kind"
        )
        self.manual_counts = Logbook[ManualCount, ManualCountFields, ManualCountChange](
            reading, "manual-counts", ManualCount, lambda one: (one.site, one.manual_count_id, one.version)
        )
        self.day_closes = Logbook[DayClose, DayCloseFields, DayCloseChange](
            reading, "day-closes", DayClose, lambda one: (one.site, one.day_close_id, one.version)
        )
        self.activity_templates = Logbook[ActivityTemplate, ActivityTemplateFields, ActivityTemplateChange](
            reading,
            "activity-templates",
            ActivityTemplate,
            lambda one: (one.site, one.activity_template_id, one.version),
        )
        self.staff_time = Logbook[StaffTime, StaffTimeFields, StaffTimeChange](
            reading, "staff-time", StaffTime, lambda one: (one.site, one.staff_time_id, one.version), "role"
        )
        self.surveys = Logbook[Survey, SurveyFields, SurveyChange](
            reading, "surveys", Survey, lambda one: (one.site, one.survey_id, one.version), "mode"
        )
        self.incidents = Logbook[Incident, IncidentFields, IncidentChange](
            reading, "incidents", Incident, lambda one: (one.site, one.incident_id, one.version), "kind"
        )
        self.notes = Logbook[Note, NoteFields, NoteChange](
            reading, "notes", Note, lambda one: (one.site, one.note_id, one.version)
        )
        self.round_plans = Logbook[RoundPlan, RoundPlanFields, RoundPlanChange](
            reading, "round-plans", RoundPlan, lambda one: (one.site, one.round_plan_id, one.version), "mode"
        )
        self.exclusions = Logbook[Exclusion, ExclusionFields, ExclusionChange](
            reading, "exclusions", Exclusion, lambda one: (one.site, one.exclusion_id, one.version)
        )
        self.studies = Logbook[Study, StudyFields, StudyChange](
            reading, "studies", Study, lambda one: (one.site, one.study_id, one.version)
        )
        self.phases = Logbook[Phase, PhaseFields, PhaseChange](
            reading, "phases", Phase, lambda one: (one.site, one.phase_id, one.version), "kind"
        )

    def joint_counts(
        self, site: str, start: When | None = None, end: When | None = None, *, joint: str | None = None
    ) -> Rows[JointCountRow]:
        """Return manual counts with those that are parts of one put together, newest first.

        Args:
            site: its key.
            start: leave out what had ended by then; None is from the beginning.
            end: leave out what starts then or later; None is all.
            joint: only those with this code, in capitals or not; None is all.
        """
        asked = time_range(start, end) | ({"joint": joint} if joint else {})
        return self._reading.paged(site, "joint-counts", JointCountRow, asked)

    def round_slots(self, site: str, start: When | None = None, end: When | None = None) -> Rows[RoundSlotRow]:
        """Return the slots of all plans of rounds, in their order, and which of them are done.

        Args:
            site: its key.
            start: leave out what had ended by then; None is from the beginning.
            end: leave out what starts then or later; None is all.
        """
        return self._reading.listed(site, "round-slots", RoundSlotRow, time_range(start, end))

    def plan(self, site: str, fields: PlanFields) -> PlanOutcome:
        """Plan activities of a template, of items, or as in another week; the same again makes nothing twice."""
        request = Request(site_path(site, "activity-plan"), {}, "POST", fields, is_repeatable=True)
        return self._reading.connection.send(request, PlanOutcome)

    def plan_calendar(  # noqa: PLR0913 - dates and what is made of them
        self, site: str, calendar: bytes, first: date, until: date, *, kind: str = "other", dry_run: bool = False
    ) -> PlanOutcome:
        """Plan the events of a calendar's file (iCalendar) that start on the dates from first to until, both of them.

        Args:
            site: its key.
            calendar: the file.
            first: the first date, by the site's clocks.
            until: the last one.
            kind: what sort of activity the events are.
            dry_run: say what would come of it, and write nothing.
        """
        asked = {"first": f"{first}", "until": f"{until}", "kind": kind, "dry_run": f"{dry_run}".lower()}
        path, headers = site_path(site, "activity-plan", "ics"), {"Content-Type": "text/calendar"}
        request = Request(path, asked, "POST", calendar, headers, is_repeatable=True)
        return self._reading.connection.send(request, PlanOutcome)

    def extend(self, phase: Phase, ends_at: datetime, *, result_seen: bool) -> Phase:
        """Move the end of a phase to a later time, before it is closed.

        Args:
            phase: as it was seen.
            ends_at: its later end, aware.
            result_seen: whether a result of this time had been seen by then.
        """
        return self.phases.step(phase, "extend", Extension(ends_at=ends_at, result_seen=result_seen))

    def close(self, phase: Phase, *, result_seen: bool) -> Phase:
        """Close a phase that has passed: nothing of it is changed any more. Takes the same as `extend`."""
        return self.phases.step(phase, "close", Closing(result_seen=result_seen))

    def archive(self, phase: Phase) -> Phase:
        """Archive a phase that is closed: its raw facts may be forgotten, as others of their age."""
        return self.phases.step(phase, "archive")
