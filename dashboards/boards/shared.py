"""Panels that several dashboards have. Each gets its number there."""

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import noop as _
from dashboards import display, panels
from dashboards.display import Colour, Field, FieldUnit, coloured
from dashboards.page import Page, PanelSpec


def silence(page: Page, number: int, width: int) -> Builder[Panel]:
    """Return how long ago the most silent device was heard."""
    fields = [
        Field("age_s", _("Silent for"), FieldUnit.SECONDS, display.AGE_OF_DEVICE),
        Field("never_heard", _("Never heard"), FieldUnit.COUNT, display.NONE_EXPECTED),
    ]
    about = _("Time since the most silent of the chosen devices was heard, and how many never were.")
    spec = PanelSpec(
        number, _("Most silent device"), about, "shared/silence", width=width, height=4, empty=_("None heard")
    )
    return panels.stat(page, spec, fields)


def devices(page: Page, number: int) -> Builder[Panel]:
    """Return a table of how each device was when it was last heard."""
    states = {
        "online": (_("online"), Colour.GOOD),
        "offline": (_("offline"), Colour.BAD),
        "silent": (_("silent"), Colour.BAD),
        "clock_off": (_("clock wrong"), Colour.BAD),
        "recorded_ahead": (_("recorded ahead"), Colour.BAD),
        "never": (_("never heard"), Colour.PLAIN),
        "revoked": (_("revoked"), Colour.PLAIN),
    }
    fields = [
        Field("device", _("Device"), only_device=_("Show only this device")),
        Field("key", _("Key")),
        Field("state", _("State"), words=states, custom=display.COLOURED_TEXT),
        coloured("age_s", _("Heard before"), FieldUnit.SECONDS, display.AGE_OF_DEVICE),
        coloured("skew_s", _("Clock against the server"), FieldUnit.SECONDS, display.SIGNED_SKEW),
        Field("clock_offset_ms", _("Clock offset"), FieldUnit.MILLISECONDS),
        Field("outbox_records", _("Outbox"), FieldUnit.COUNT),
        Field("frame_rate", _("Frame rate"), FieldUnit.HERTZ),
        Field("temperature_c", _("Temperature"), FieldUnit.CELSIUS),
        Field("setup", _("Setup")),
        Field("counter_version", _("Version")),
        Field("recorded_until", _("Recorded until"), FieldUnit.TIME),
        Field("minor", _("Minor version"), FieldUnit.COUNT),
    ]
    about = _(
        "How each device was when it surely lived: the broker's last will is no sign of life. The clock's offset is "
        "empty where the device doesn't know its time. The outbox is the records that aren't settled. A device of wire "
        "1.0 may report time as watched in which nobody would have been counted: update it."
    )
    spec = PanelSpec(number, _("Health of the devices"), about, "shared/devices", width=24)
    return panels.table(page, spec, fields)


def line_coverage(page: Page, number: int) -> Builder[Panel]:
    """Return the coverage of each line over time."""
    fields = [Field("coverage", _("${__field.labels.line}"), FieldUnit.SHARE)]
    about = _(
        "Time watched over the time the line was commissioned, for lines that the chosen devices ever had. Dashed "
        "lines at 50 % and 90 %."
    )
    spec = PanelSpec(
        number,
        _("Coverage by line"),
        about,
        "shared/line_coverage",
        width=12,
        empty=_("No line commissioned in the range"),
    )
    return panels.shares(page, spec, fields)
