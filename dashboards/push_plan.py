"""What a Grafana server should have, how that differs from what it has, and the way from one to the other."""

import enum
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.texts.catalog import Language
from dashboards import alerts
from dashboards.build import dashboard, names
from dashboards.grafana import Grafana, GrafanaConflictError, Json
from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID

_MESSAGE: Final = "platspuls dashboards push"
_SHOWN: Final = 60


class Verb(enum.StrEnum):
    """What there is to do."""

    CREATE = "create"
    UPDATE = "update"
    NOTHING = "unchanged"


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where Grafana finds the store: a login that may read the contract, and nothing else.

    Attributes:
        host: as Grafana reaches it.
        port: of the database.
        database: its name.
        user: the login.
        sslmode: disable, require, verify-ca or verify-full.
        password: sent, never shown; None where nothing is to be sent.
    """

    host: str
    port: int
    database: str
    user: str
    sslmode: str
    password: str | None = None

    def body(self) -> dict[str, Any]:
        """Return it as Grafana's API takes it, without the password."""
        return {
            "name": "Platspuls",
            "uid": DATASOURCE_UID,
            "type": DATASOURCE_TYPE,
            "access": "proxy",
            "url": f"{self.host}:{self.port}",
            "user": self.user,
            "jsonData": {
                "database": self.database,
                "sslmode": self.sslmode,
                "postgresVersion": 1700,
                "timescaledb": False,
                "maxOpenConns": 8,
                "maxIdleConns": 2,
                "connMaxLifetime": 3600,
            },
        }


@dataclass(frozen=True, slots=True)
class DesiredState:
    """What a server should have.

    Attributes:
        source: the data source; None leaves it alone.
        dashboards: in the folder.
        rules: alert rules, in the folder too.
        sends_password: also where nothing else of the data source differs.
    """

    source: DataSource | None
    dashboards: Sequence[Json]
    rules: Sequence[Json]
    sends_password: bool = False

    @property
    def needs_folder(self) -> bool:
        """Whether anything lies in it."""
        return bool(self.dashboards or self.rules)


@dataclass(frozen=True, slots=True)
class PushStep:
    """One thing, and how what is there differs from what should be.

    Attributes:
        kind: data source, folder, dashboard or alert rule.
        uid: which.
        verb: what there is to do.
        differences: a sentence each: where, what is there, what should be.
        body: what is sent.
        version: of what is there, where Grafana counts it.
    """

    kind: str
    uid: str
    verb: Verb
    differences: Sequence[str]
    body: Json
    version: int | None = None


def desired_state(
    source: DataSource | None, *, with_dashboards: bool = True, with_alerts: bool = True, public_only: bool = False
) -> DesiredState:
    """Return what this version of Platspuls wants a server to have; `public_only`: nothing but what anybody may see."""
    models = [dashboard(name, language) for name in names(public_only=public_only) for language in Language]
    rules = [] if public_only else [alerts.for_api(rule) for rule in alerts.RULES]
    return DesiredState(source, models if with_dashboards else [], rules if with_alerts else [])


def changes(grafana: Grafana, desired: DesiredState) -> Iterator[PushStep]:
    """Yield everything that should be there, in the order it must be made. Raises GrafanaError."""
    if desired.source:
        yield _data_source(grafana, desired.source, sends_password=desired.sends_password)
    if desired.needs_folder:
        yield _folder(grafana)
    for content in desired.dashboards:
        yield _dashboard(grafana, content)
    for rule in desired.rules:
        yield _alert_rule(grafana, rule)


def carry_out(grafana: Grafana, change: PushStep) -> None:
    """Do what there is to do. Raises GrafanaError."""
    if change.verb is Verb.NOTHING:
        return
    is_new = change.verb is Verb.CREATE
    match change.kind:
        case "data source":
            grafana.put_data_source(change.body, is_new=is_new)
        case "folder":
            grafana.put_folder(change.uid, change.body["title"], change.version)
        case "dashboard":
            grafana.put_dashboard(change.body, alerts.FOLDER_UID, change.version, _MESSAGE)
        case _:
            grafana.put_alert_rule(change.body, is_new=is_new)


def _data_source(grafana: Grafana, source: DataSource, *, sends_password: bool) -> PushStep:
    body, found = source.body(), grafana.data_source(DATASOURCE_UID)
    if found and found.get("readOnly"):
        raise GrafanaConflictError(
            f"data source {DATASOURCE_UID} at {grafana.url} comes from a file there: push --without data-source"
        )
    differences = list(_differences(found, body)) if found else []
    if found and not (found.get("secureJsonFields") or {}).get("password"):
        differences.append("secureJsonData.password: none is set")
    if found and sends_password:
        differences.append("secureJsonData.password: set anew")
    secret = {"secureJsonData": {"password": source.password}} if source.password else {}
    return PushStep("data source", DATASOURCE_UID, _verb(found, differences), differences, {**body, **secret})


def _folder(grafana: Grafana) -> PushStep:
    body, found = {"title": alerts.FOLDER_TITLE}, grafana.folder(alerts.FOLDER_UID)
    differences = list(_differences(found, body)) if found else []
    version = int(found.get("version", 1)) if found else None
    return PushStep("folder", alerts.FOLDER_UID, _verb(found, differences), differences, body, version)


def _dashboard(grafana: Grafana, content: Json) -> PushStep:
    uid = str(content["uid"])
    found = grafana.dashboard(uid)
    if found is None:
        return PushStep("dashboard", uid, Verb.CREATE, [], content)
    if found.is_from_file:
        where = f"dashboard {uid} at {grafana.url}"
        raise GrafanaConflictError(f"{where} comes from a file there: push --without dashboards")
    differences = list(_differences(found.content, content))
    if found.folder_uid != alerts.FOLDER_UID:
        differences.append(f"folder: {found.folder_uid or 'none'} -> {alerts.FOLDER_UID}")
    return PushStep("dashboard", uid, _verb(found, differences), differences, content, found.version)


def _alert_rule(grafana: Grafana, body: Json) -> PushStep:
    uid = str(body["uid"])
    found = grafana.alert_rule(uid)
    if found and found.get("provenance") == "file":
        raise GrafanaConflictError(f"alert rule {uid} at {grafana.url} comes from a file there: push --without alerts")
    # The number of the organisation is the server's own.
    asked = {name: value for name, value in body.items() if name != "orgID"}
    differences = list(_differences(found, asked)) if found else []
    return PushStep("alert rule", uid, _verb(found, differences), differences, body)


def _verb(found: object, differences: Sequence[str]) -> Verb:
    if found is None:
        return Verb.CREATE
    return Verb.UPDATE if differences else Verb.NOTHING


def _differences(found: object, asked: object, where: str = "") -> Iterator[str]:
    """Yield how what was found lacks what was asked. What a server adds of its own is ignored."""
    match found, asked:
        case dict(), dict():
            for name, value in asked.items():
                yield from _differences(found.get(name), value, f"{where}.{name}" if where else name)
        case list(), list() if len(found) == len(asked):
            for number, (one, other) in enumerate(zip(found, asked, strict=True)):
                yield from _differences(one, other, f"{where}[{number}]")
        case _ if found != asked:
            yield f"{where}: {_short(found)} -> {_short(asked)}"
        case _:
            return


def _short(value: object) -> str:
    match value:
        case list() | dict():
            return f"{len(value)} parts"
        case _:
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
