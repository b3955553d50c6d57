"""The dashboard "Devices and delivery" ("Räknare och leverans"): how devices are, and what became of their records."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards import display, panels, variables
from dashboards.boards import shared
from dashboards.dashboard_spec import CONFLICTS, OUTAGES, DashboardSpec, Section
from dashboards.display import Colour, Field, FieldUnit, coloured
from dashboards.page import DELIVERY, Page, PanelSpec


def delivery(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(DELIVERY, language)
    return DashboardSpec(
        page,
        _("How the devices are, what became of every record they made, clocks, rejects and what is held."),
        since="now-7d",
        refresh="1m",
        variables=variables.of_devices(page),
        marks=[OUTAGES, CONFLICTS],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    health = [
        shared.silence(page, 1, width=6),
        _figures(page),
        shared.devices(page, 3),
        _offsets(page),
        _skews(page),
        _outboxes(page),
    ]
    return [
        Section(101, _("Health"), [*health, _coverage(page), shared.line_coverage(page, 7)]),
        Section(102, _("Delivery"), [_reconciliation(page), _unplaced(page)]),
        Section(103, _("Rejects and held"), [_rejects_over_time(page), _held(page), _rejects(page)]),
        Section(104, _("The installation"), [_certificates(page), _store(page)]),
    ]


def _figures(page: Page) -> Builder[Panel]:
    fields = [
        Field("unsettled", _("Unsettled"), FieldUnit.COUNT, display.RECORDS_WAITING),
        Field("waiting_s", _("Missing for"), FieldUnit.SECONDS, display.AGE_OF_RECORD),
        Field("unknown", _("Unknown"), FieldUnit.COUNT, display.NONE_EXPECTED),
        Field("lost", _("Lost"), FieldUnit.COUNT, display.NONE_EXPECTED),
    ]
    about = _(
        "The chosen devices. Unsettled: made, but neither stored, rejected nor lost; for how long the oldest has "
        "been missing. Unknown: of an old outbox that nobody can ask any more. Lost: the device itself said that it "
        "dropped them; that is missing time, not zero."
    )
    spec = PanelSpec(2, _("Records"), about, "figures", width=18, height=4, empty=_("None"))
    return panels.stat(page, spec, fields)


def _offsets(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", _("Device")),
        Field("offset_ms", None, FieldUnit.MILLISECONDS, display.CLOCK_OFFSET),
    ]
    about = _(
        "How far each device's clock is off, either way, by its last status. Devices that don't know their time are "
        "missing here: they wait with cutting records."
    )
    spec = PanelSpec(4, _("Clock offsets"), about, "clock_offsets", width=8, empty=_("None known"))
    return panels.bars_of_rows(page, spec, fields)


def _skews(page: Page) -> Builder[Panel]:
    fields = [Field("device", _("Device")), Field("skew_s", None, FieldUnit.SECONDS, display.CLOCK_SKEW)]
    about = _(
        "How far what each device said last differs from when it came, either way: its clock against the server's. "
        "Beyond 120 s nothing of it is shown as now. When all differ alike, the server's clock is wrong."
    )
    spec = PanelSpec(15, _("Clocks against the server"), about, "clock_skews", width=8, empty=_("None heard"))
    return panels.bars_of_rows(page, spec, fields)


def _outboxes(page: Page) -> Builder[Panel]:
    fields = [Field("device", _("Device")), Field("records", None, FieldUnit.COUNT, display.RECORDS_WAITING)]
    about = _(
        "Records that wait for a receipt in each device, by its last status. A few are on their way; one that grows "
        "means that nothing arrives. An outbox holds 30 days at least."
    )
    spec = PanelSpec(5, _("Outboxes"), about, "outboxes", width=8, empty=_("None heard"))
    return panels.bars_of_rows(page, spec, fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [Field("coverage", _("${__field.labels.device}"), FieldUnit.SHARE)]
    about = _(
        "The lowest coverage among the lines and zones that the device had in each step. Dashed lines at 50 % and 90 %."
    )
    spec = PanelSpec(
        6, _("Coverage by device"), about, "device_coverage", width=12, empty=_("Nothing commissioned in the range")
    )
    return panels.shares(page, spec, fields)


def _reconciliation(page: Page) -> Builder[Panel]:
    states = {
        "current": (_("current"), Colour.GOOD),
        "dead": (_("dead"), Colour.PLAIN),
        "forked": (_("forked"), Colour.BAD),
        "unheard": (_("unheard"), Colour.BAD),
    }
    fields = [
        Field("device", _("Device")),
        Field("epoch", _("Epoch")),
        Field("state", _("State"), words=states, custom=display.COLOURED_TEXT),
        Field("made", _("Made"), FieldUnit.COUNT),
        Field("stored", _("Stored"), FieldUnit.COUNT),
        coloured("rejected", _("Rejected"), FieldUnit.COUNT, display.NONE_EXPECTED),
        coloured("lost", _("Lost"), FieldUnit.COUNT, display.NONE_EXPECTED),
        coloured("unsettled", _("Unsettled"), FieldUnit.COUNT, display.RECORDS_WAITING),
        coloured("unknown", _("Unknown"), FieldUnit.COUNT, display.NONE_EXPECTED),
        Field("moved", _("Moved"), FieldUnit.COUNT),
        Field("unsettled_since", _("Unsettled since"), FieldUnit.TIME),
        Field("held", _("Held for")),
        Field("last_heard_at", _("Last record came"), FieldUnit.TIME),
    ]
    about = _(
        "For each outbox a device has had: made = stored + rejected + lost + unsettled + unknown + moved. See "
        "docs/delivery.md."
    )
    spec = PanelSpec(8, _("What became of the records"), about, "reconciliation", width=24, height=9)
    return panels.table(page, spec, fields)


def _unplaced(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", _("Device")),
        Field("place", _("Line or zone")),
        Field("crossings", _("Crossings"), FieldUnit.COUNT),
        Field("entries", _("Entries"), FieldUnit.COUNT),
        Field("observed_s", _("Observed"), FieldUnit.SECONDS),
        Field("received_at", _("Received"), FieldUnit.TIME),
    ]
    about = _("What devices counted before they ever knew their time, and then lost their power. Shown, never counted.")
    spec = PanelSpec(9, _("Totals without a time"), about, "unplaced", width=24, height=6)
    return panels.table(page, spec, fields)


def _rejects_over_time(page: Page) -> Builder[Panel]:
    fields = [Field("rejects", _("${__field.labels.code}"), FieldUnit.COUNT)]
    about = _(
        "Messages and records that are never stored, by when they came first, and by code. What comes from unknown "
        "sites and devices is included."
    )
    spec = PanelSpec(
        10, _("Rejects over time"), about, "rejects_over_time", width=12, empty=_("No rejects in the range")
    )
    return panels.stacked_bars(page, spec, fields)


def _held(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", _("Device")),
        Field("cause", _("Cause")),
        Field("detail", _("Detail")),
        Field("times", _("Times"), FieldUnit.COUNT),
        Field("first_at", _("First"), FieldUnit.TIME),
        Field("last_at", _("Last"), FieldUnit.TIME),
    ]
    about = _("Records that aren't settled: they come again as soon as the cause is gone. Unknown sites are included.")
    spec = PanelSpec(11, _("Held until its cause is resolved"), about, "held", width=12)
    return panels.table(page, spec, fields)


def _rejects(page: Page) -> Builder[Panel]:
    outcomes = {
        "stored": (_("stored"), Colour.GOOD),
        "repeat": (_("repeat"), Colour.GOOD),
        "refused": (_("rejected again"), Colour.BAD),
        "held": (_("held"), Colour.DOUBTFUL),
        "none": (_("not tried"), Colour.PLAIN),
    }
    fields = [
        Field("number", _("Number"), FieldUnit.COUNT),
        Field("last_at", _("Last"), FieldUnit.TIME),
        Field("times", _("Times"), FieldUnit.COUNT),
        Field("device", _("Device")),
        Field("code", _("Code")),
        Field("reason", _("Reason")),
        Field("fields", _("Fields")),
        Field("outcome", _("Outcome"), words=outcomes, custom=display.COLOURED_TEXT),
    ]
    about = _(
        "The newest during the range, with the reason. What was sent is never shown. Outcome: what came of trying "
        "to store it after all (platspuls rejects replay)."
    )
    spec = PanelSpec(12, _("Rejects"), about, "rejects", width=24)
    return panels.table(page, spec, fields)


def _certificates(page: Page) -> Builder[Panel]:
    fields = [
        Field("path", _("File")),
        Field("names", _("For")),
        Field("ends_at", _("Ends"), FieldUnit.TIME),
        coloured("days_left", _("Days left"), FieldUnit.COUNT, display.DAYS_LEFT),
        coloured("noted_s", _("Looked up"), FieldUnit.SECONDS, display.AGE_OF_NOTE),
    ]
    about = _(
        "When the installation's certificates end, as platspuls tls note last saw it. Empty where that never ran."
    )
    spec = PanelSpec(13, _("Certificates"), about, "certificates", width=16, height=7)
    return panels.table(page, spec, fields)


def _store(page: Page) -> Builder[Panel]:
    fields = [
        Field("bytes", _("Size"), FieldUnit.BYTES, display.PLAIN),
        Field("limit_bytes", _("Limit"), FieldUnit.BYTES, display.PLAIN),
        Field("share", _("Of the limit"), FieldUnit.SHARE, display.FULLNESS),
    ]
    about = _(
        "The size of the database and the limit set with platspuls db limit. The disk's free space can't be seen "
        "from here."
    )
    spec = PanelSpec(14, _("Size of the database"), about, "store_size", width=8, height=7, empty=_("No limit set"))
    return panels.stat(page, spec, fields)
