"""What somebody is woken by: rules of Grafana's alerting over the reading contract, for its files and for its API."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboards.language import Language, Text
from dashboards.page import DELIVERY, LIVE_FLOW, Page
from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID, statement
from dashboards.texts import alerts as words

FOLDER_UID: Final = "platspuls"
FOLDER_TITLE: Final = "Platspuls"
GROUP: Final = "platspuls"
INTERVAL_S: Final = 60
"""How often Grafana asks."""
_EXPRESSIONS: Final = "__expr__"


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
    """One rule. Its query, `sql/alert_NAME.sql`, has columns of text that say what it is about, and one number.

    Attributes:
        name: of the rule, such as device_silent; its uid comes from it and never changes.
        text: title and what to do about it.
        beyond: on which side of the limit the number is bad.
        limit: in the number's own unit.
        lasting: how long it must be bad, in Grafana's words such as 5m.
        severity: a label.
        no_rows: what it means that there are none.
        panel: dashboard and id of the panel that shows more.
    """

    name: str
    text: words.AlertText
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
    def sql(self) -> str:
        """Its query, without macros and variables."""
        return statement(f"alert_{self.name}", Language.EN)


RULES: Final[Sequence[Rule]] = (
    Rule("device_silent", words.DEVICE_SILENT, Beyond.ABOVE, 300, "5m", Severity.CRITICAL, (DELIVERY, 3), NoRows.BAD),
    Rule("coverage_low", words.COVERAGE_LOW, Beyond.BELOW, 0.9, "15m", Severity.WARNING, (DELIVERY, 6)),
    Rule("rejects", words.REJECTS, Beyond.ABOVE, 0, "1m", Severity.WARNING, (DELIVERY, 12)),
    Rule("held", words.HELD, Beyond.ABOVE, 0, "5m", Severity.WARNING, (DELIVERY, 11)),
    Rule("unsettled", words.UNSETTLED, Beyond.ABOVE, 3600, "15m", Severity.WARNING, (DELIVERY, 8)),
    Rule("outbox", words.OUTBOX, Beyond.ABOVE, 1440, "15m", Severity.WARNING, (DELIVERY, 5)),
    Rule("imbalance", words.IMBALANCE, Beyond.ABOVE, 0.15, "15m", Severity.WARNING, (LIVE_FLOW, 6)),
    Rule("store_size", words.STORE_SIZE, Beyond.ABOVE, 0.85, "15m", Severity.CRITICAL, (DELIVERY, 14), NoRows.BAD),
    Rule("certificate_end", words.CERTIFICATE_END, Beyond.BELOW, 30, "1h", Severity.WARNING, (DELIVERY, 13)),
    Rule("certificate_unseen", words.CERTIFICATE_UNSEEN, Beyond.ABOVE, 172_800, "1h", Severity.WARNING, (DELIVERY, 13)),
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
        "summary": rule.text.summary.en,
        "summary_sv": rule.text.summary.sv,
        "description": rule.text.remedy.en,
        "description_sv": rule.text.remedy.sv,
    }


def _dashboard(rule: Rule) -> str:
    return Page(rule.panel[0], Language.SV).uid


def _both_languages(text: Text) -> str:
    return f"{text.sv} / {text.en}"


def _query(rule: Rule) -> dict[str, object]:
    """Return the query as Grafana keeps it, with the two numbers that it would put in by itself."""
    return {
        "refId": "A",
        "queryType": "",
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": DATASOURCE_UID,
        "model": {
            "refId": "A",
            "datasource": {"type": DATASOURCE_TYPE, "uid": DATASOURCE_UID},
            "editorMode": "code",
            "format": "table",
            "rawQuery": True,
            "rawSql": rule.sql,
            "intervalMs": 1000,
            "maxDataPoints": 43_200,
        },
    }


def _threshold(rule: Rule) -> dict[str, object]:
    evaluator = {"type": rule.beyond.value, "params": [rule.limit]}
    return {
        "refId": "B",
        "queryType": "",
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": _EXPRESSIONS,
        "model": {
            "refId": "B",
            "type": "threshold",
            "datasource": {"type": _EXPRESSIONS, "uid": _EXPRESSIONS},
            "expression": "A",
            "conditions": [{"evaluator": evaluator}],
            "intervalMs": 1000,
            "maxDataPoints": 43_200,
        },
    }
