"""What somebody is woken by: rules of Grafana's alerting over the reading contract, for its files and for its API."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards.page import DELIVERY, EVALUATION, LIVE_FLOW, Page
from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID, statement
from dashboards.texts import translated

FOLDER_UID: Final = "platspuls"
FOLDER_TITLE: Final = "Platspuls"
GROUP: Final = "platspuls"
INTERVAL_S: Final = 60
"""How often Grafana asks."""
_EXPRESSIONS: Final = "__expr__"


@dataclass(frozen=True, slots=True)
class AlertText:
    """What an alert says, for whoever is woken by it.

    Attributes:
        title: the rule's name.
        summary: what is wrong, with the labels and the value A of the row.
        remedy: what to look at first.
    """

    title: str
    summary: str
    remedy: str


class Beyond(enum.StrEnum):
    """On which side of its limit a value is bad."""

    ABOVE = "gt"
    BELOW = "lt"


class Severity(enum.StrEnum):
    """How urgent it is, for notification policies."""

    CRITICAL = "critical"
    WARNING = "warning"


class NoRows(enum.StrEnum):
    """What it means that the query has no rows."""

    BAD = "Alerting"
    FINE = "OK"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its query, `sql/alerts/NAME.sql`, has columns of text that say what it is about, and one number.

    Attributes:
        name: of the rule, such as device_silent; its uid comes from it and never changes.
        beyond: on which side of the limit the number is bad.
        limit: in the number's own unit.
        lasting: how long it must be bad, in Grafana's words such as 5m.
        severity: a label.
        no_rows: what it means that there are none.
        panel: dashboard and id of the panel that shows more.
    """

    name: str
    beyond: Beyond
    limit: float
    lasting: str
    severity: Severity
    panel: tuple[str, int]
    no_rows: NoRows = NoRows.FINE

    @property
    def uid(self) -> str:
        """The rule's fixed uid, at most 40 characters."""
        return f"platspuls-{self.name.replace('_', '-')}"

    @property
    def text(self) -> AlertText:
        """Its title, and what to do about it."""
        return _TEXTS[self.name]

    @property
    def sql(self) -> str:
        """Its query, without macros and variables."""
        return statement(f"alerts/{self.name}", Language.EN)


_TEXTS: Final[Mapping[str, AlertText]] = {
    "device_silent": AlertText(
        _("Device silent"),
        _(
            "{{ $labels.site }}: the device {{ $labels.device }} wasn't heard for {{ humanizeDuration "
            "$values.A.Value }}."
        ),
        _("Power and network of the device, then the broker. The device keeps what it counts: nothing is lost yet."),
    ),
    "clock_off": AlertText(
        _("A clock is wrong"),
        _(
            "{{ $labels.site }}: what the device {{ $labels.device }} says differs by {{ humanizeDuration "
            "$values.A.Value }} from when it comes."
        ),
        _(
            "The device's time synchronisation, or the server's (when all devices differ alike). Its numbers of now "
            "aren't shown; what it recorded ahead of the server's time is held until then. Else a message was late."
        ),
    ),
    "recorded_ahead": AlertText(
        _("A counter has recorded into the future"),
        _(
            "{{ $labels.site }}: the device {{ $labels.device }} has recorded {{ humanizeDuration $values.A.Value }} "
            "ahead."
        ),
        _(
            "Its clock ran ahead. A counter older than wire 1.1 records nothing until that time comes: update it, or "
            "give it a new outbox once the old one is delivered."
        ),
    ),
    "coverage_low": AlertText(
        _("Coverage low"),
        _(
            "{{ $labels.site }}: {{ $labels.kind }} {{ $labels.place }} was watched for {{ humanizePercentage "
            "$values.A.Value }} of the last hours."
        ),
        _("Is the device silent, dark, blocked or too slow? `platspuls counter doctor` on the device."),
    ),
    "rejects": AlertText(
        _("Records are refused"),
        _(
            "{{ $labels.site }}: {{ $values.A.Value }} messages or records were refused within the last hour (none: "
            "no known site)."
        ),
        _("`platspuls rejects list` says why; when the cause is gone: `platspuls rejects replay`."),
    ),
    "held": AlertText(
        _("Records are held"),
        _("{{ $labels.site }}: {{ $values.A.Value }} causes hold records back (none: no known site)."),
        _("`platspuls held` says what waits for what: mostly a device or line that the site file lacks."),
    ),
    "unsettled": AlertText(
        _("Records are missing"),
        _(
            "{{ $labels.site }}: something that the device {{ $labels.device }} made has been missing for {{ "
            "humanizeDuration $values.A.Value }}."
        ),
        _("`platspuls reconcile` shows which; when nothing arrives at all, look at the broker and at ingest."),
    ),
    "forked": AlertText(
        _("An epoch has forked"),
        _(
            "{{ $labels.site }}: for {{ humanizeDuration $values.A.Value }}, other records of the device "
            "{{ $labels.device }} have come under numbers that are taken: they wait in it."
        ),
        _(
            "An older copy of its outbox was put back. A device of this version begins a new epoch by itself; an older "
            "one must be updated. Don't erase its memory card."
        ),
    ),
    "outbox": AlertText(
        _("An outbox is growing"),
        _("{{ $labels.site }}: {{ $values.A.Value }} records wait in the device {{ $labels.device }}."),
        _(
            "The device is heard but gets no receipts: look at ingest, the database and its disk. An outbox holds "
            "30 days at least."
        ),
    ),
    "imbalance": AlertText(
        _("In and out differ"),
        _(
            "{{ $labels.site }}: yesterday in and out differed by {{ humanizePercentage $values.A.Value }} ({{ "
            "$labels.place }})."
        ),
        _(
            "A line misses one direction: a moved camera, a new sign, a wrong direction in the device file? Count "
            "by hand beside it."
        ),
    ),
    "setup_changed": AlertText(
        _("A setup changed within a phase"),
        _(
            "{{ $labels.site }}: within a phase of a study, the setup of {{ $values.A.Value }} lines and zones "
            "changed: what is before and after isn't counted by the same rules."
        ),
        _(
            "Was a counter updated? `counting_version` in its device file brings the former rules back until the phase "
            "ends (`platspuls study phases`). Answer it: `platspuls quality list`."
        ),
    ),
    "store_size": AlertText(
        _("The database nears its limit"),
        _("The database takes {{ humanizePercentage $values.A.Value }} of what was set with platspuls db limit."),
        _(
            "`platspuls db housekeep`, a larger disk, or raise the limit. The server's own alarm for free space is "
            "needed all the same."
        ),
    ),
    "certificate_end": AlertText(
        _("Certificate ends soon"),
        _("{{ $labels.certificate }} ends in {{ $values.A.Value }} days."),
        _(
            "`platspuls tls renew`, or for a device's own certificate `platspuls device add --client-certificate`; "
            "then `platspuls tls note`."
        ),
    ),
    "certificate_unseen": AlertText(
        _("Nobody looks at the certificates"),
        _("When the certificates end was noted {{ humanizeDuration $values.A.Value }} ago."),
        _("`platspuls tls note` is to run every day (docs/dashboards.md)."),
    ),
}
"""By the rule's name."""

RULES: Final[Sequence[Rule]] = (
    Rule("device_silent", Beyond.ABOVE, 300, "5m", Severity.CRITICAL, (DELIVERY, 3), NoRows.BAD),
    Rule("clock_off", Beyond.ABOVE, 120, "5m", Severity.WARNING, (DELIVERY, 15)),
    Rule("recorded_ahead", Beyond.ABOVE, 120, "5m", Severity.CRITICAL, (DELIVERY, 3)),
    Rule("coverage_low", Beyond.BELOW, 0.9, "15m", Severity.WARNING, (DELIVERY, 6)),
    Rule("rejects", Beyond.ABOVE, 0, "1m", Severity.WARNING, (DELIVERY, 12)),
    Rule("held", Beyond.ABOVE, 0, "5m", Severity.WARNING, (DELIVERY, 11)),
    Rule("unsettled", Beyond.ABOVE, 3600, "15m", Severity.WARNING, (DELIVERY, 8)),
    Rule("forked", Beyond.ABOVE, 0, "5m", Severity.CRITICAL, (DELIVERY, 8)),
    Rule("outbox", Beyond.ABOVE, 1440, "15m", Severity.WARNING, (DELIVERY, 5)),
    Rule("imbalance", Beyond.ABOVE, 0.15, "15m", Severity.WARNING, (LIVE_FLOW, 6)),
    Rule("setup_changed", Beyond.ABOVE, 0, "5m", Severity.WARNING, (EVALUATION, 1)),
    Rule("store_size", Beyond.ABOVE, 0.85, "15m", Severity.CRITICAL, (DELIVERY, 14), NoRows.BAD),
    Rule("certificate_end", Beyond.BELOW, 30, "1h", Severity.WARNING, (DELIVERY, 13)),
    Rule("certificate_unseen", Beyond.ABOVE, 172_800, "1h", Severity.WARNING, (DELIVERY, 13)),
)


def for_api(rule: Rule) -> dict[str, object]:
    """Return a rule as Grafana's API takes it, and gives it back."""
    return {
        "uid": rule.uid,
        "orgID": 1,
        "folderUID": FOLDER_UID,
        "ruleGroup": GROUP,
        **_both(rule),
        "annotations": {
            **_said(rule),
            "__dashboardUid__": _dashboard(rule),
            "__panelId__": str(rule.panel[1]),
        },
    }


def for_files() -> dict[str, object]:
    """Return all rules as Grafana reads them from its provisioning folder, where $ is written $$ outside of queries."""
    rules = [
        {
            "uid": rule.uid,
            **_both(rule),
            "annotations": {name: text.replace("$", "$$") for name, text in _said(rule).items()},
            "dashboardUid": _dashboard(rule),
            "panelId": rule.panel[1],
        }
        for rule in RULES
    ]
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER_TITLE, "interval": f"{INTERVAL_S // 60}m", "rules": rules}
    return {"apiVersion": 1, "groups": [group]}


def _both(rule: Rule) -> dict[str, object]:
    return {
        "title": _both_languages(rule.text.title),
        "condition": "B",
        "data": [_query(rule), _threshold(rule)],
        "noDataState": rule.no_rows.value,
        "execErrState": "Error",
        "for": rule.lasting,
        "labels": {"platspuls": rule.name, "severity": rule.severity.value},
    }


def _said(rule: Rule) -> Mapping[str, str]:
    return {
        "summary": translated(rule.text.summary, Language.EN),
        "summary_sv": translated(rule.text.summary, Language.SV),
        "description": translated(rule.text.remedy, Language.EN),
        "description_sv": translated(rule.text.remedy, Language.SV),
    }


def _dashboard(rule: Rule) -> str:
    return Page(rule.panel[0], Language.SV).uid


def _both_languages(text: str) -> str:
    return " / ".join(translated(text, language) for language in Language)


def _query(rule: Rule) -> dict[str, object]:
    model = {
        "datasource": {"type": DATASOURCE_TYPE, "uid": DATASOURCE_UID},
        "editorMode": "code",
        "format": "table",
        "rawQuery": True,
        "rawSql": rule.sql,
    }
    return _step("A", DATASOURCE_UID, model)


def _threshold(rule: Rule) -> dict[str, object]:
    model = {
        "type": "threshold",
        "datasource": {"type": _EXPRESSIONS, "uid": _EXPRESSIONS},
        "expression": "A",
        "conditions": [{"evaluator": {"type": rule.beyond.value, "params": [rule.limit]}}],
    }
    return _step("B", _EXPRESSIONS, model)


def _step(ref: str, source: str, model: Mapping[str, object]) -> dict[str, object]:
    """Return a step of a rule as Grafana keeps it, with the two numbers that it would put in by itself."""
    return {
        "refId": ref,
        "queryType": "",
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": source,
        "model": {"refId": ref, **model, "intervalMs": 1000, "maxDataPoints": 43_200},
    }
