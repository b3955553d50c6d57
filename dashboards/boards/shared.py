"""Panels that several dashboards have. Each is told its number there."""

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels
from dashboards.look import Colour, Field, Unit, coloured
from dashboards.page import Frame, Page
from dashboards.texts import common
from dashboards.texts import live_flow as words


def silence(page: Page, number: int, width: int) -> Builder[Panel]:
    """Return how long ago the most silent device was heard."""
    fields = [
        Field("age_s", common.SILENT_FOR, Unit.SECONDS, look.AGE_OF_DEVICE),
        Field("never_heard", common.NEVER_HEARD, Unit.COUNT, look.NONE_WANTED),
    ]
    return panels.stat(page, Frame(number, words.SILENCE, "silence", width=width, height=4), fields)


def devices(page: Page, number: int) -> Builder[Panel]:
    """Return a table of how each device was when it was last heard."""
    states = {
        "online": (common.ONLINE, Colour.GOOD),
        "offline": (common.OFFLINE, Colour.BAD),
        "never": (common.NEVER, Colour.PLAIN),
        "revoked": (common.REVOKED, Colour.PLAIN),
    }
    fields = [
        Field("device", common.DEVICE, only_device=common.ONLY_DEVICE),
        Field("key", common.KEY),
        Field("state", common.STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("age_s", common.LAST_HEARD, Unit.SECONDS, look.AGE_OF_DEVICE),
        Field("clock_offset_ms", common.CLOCK_OFFSET, Unit.MILLISECONDS),
        Field("outbox_records", common.OUTBOX, Unit.COUNT),
        Field("frame_rate", common.FRAME_RATE, Unit.HERTZ),
        Field("temperature_c", common.TEMPERATURE, Unit.CELSIUS),
        Field("setup", common.SETUP),
        Field("counter_version", common.VERSION),
    ]
    return panels.table(page, Frame(number, words.DEVICES, "devices", width=24), fields)


def line_coverage(page: Page, number: int) -> Builder[Panel]:
    """Return the coverage of each line over time."""
    fields = [Field("coverage", common.OF_LINE, Unit.SHARE)]
    return panels.shares(page, Frame(number, words.LINE_COVERAGE, "line_coverage", width=12), fields)
