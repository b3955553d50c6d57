"""Grafana's HTTP API as a contract: a server that takes exactly what Grafana's specification says, and keeps it.

It isn't Grafana: it knows the operations that pushing needs, checks method, path, headers and body of each request
against schemas written by hand from the specification, and answers with Grafana's own codes and members. A request that
isn't in the contract is noted in `violations`, and the tests demand that there are none.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from jsonschema import Draft202012Validator

Json = dict[str, Any]
Answer = tuple[int, Json]

TEXT: Final = {"type": "string", "minLength": 1}
UID: Final = {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,40}$"}


def _object(required: Json, optional: Json | None = None) -> Json:
    """Return the schema of an object with exactly these members."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


DATA_SOURCE: Final = _object(
    {
        "name": TEXT,
        "uid": UID,
        "type": {"const": "grafana-postgresql-datasource"},
        "access": {"enum": ["proxy", "direct"]},
        "url": {"type": "string", "pattern": r"^[^/:]+:\d+$"},
        "user": TEXT,
        "jsonData": _object(
            {"database": TEXT, "sslmode": {"enum": ["disable", "require", "verify-ca", "verify-full"]}},
            {
                "postgresVersion": {"type": "integer"},
                "timescaledb": {"type": "boolean"},
                "maxOpenConns": {"type": "integer", "minimum": 0},
                "maxIdleConns": {"type": "integer", "minimum": 0},
                "connMaxLifetime": {"type": "integer", "minimum": 0},
            },
        ),
    },
    {"isDefault": {"type": "boolean"}, "secureJsonData": _object({"password": TEXT})},
)
NEW_FOLDER: Final = _object({"title": TEXT, "uid": UID}, {"parentUid": UID})
RENAMED_FOLDER: Final = _object({"title": TEXT, "version": {"type": "integer", "minimum": 1}})
DASHBOARD: Final = _object(
    {
        "dashboard": {
            "type": "object",
            "properties": {
                "id": {"type": "null"},
                "uid": UID,
                "title": TEXT,
                "version": {"type": "integer", "minimum": 1},
                "panels": {"type": "array"},
                "schemaVersion": {"type": "integer"},
            },
            "required": ["uid", "title", "panels", "schemaVersion"],
        },
        "folderUid": UID,
        "overwrite": {"const": False},
    },
    {"message": {"type": "string"}},
)
_DURATION: Final = {"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"}
RULE: Final = _object(
    {
        "uid": UID,
        "orgID": {"type": "integer"},
        "folderUID": UID,
        "ruleGroup": {"type": "string", "minLength": 1, "maxLength": 190},
        "title": {"type": "string", "minLength": 1, "maxLength": 190},
        "condition": TEXT,
        "data": {
            "type": "array",
            "minItems": 1,
            "items": _object(
                {
                    "refId": TEXT,
                    "queryType": {"type": "string"},
                    "relativeTimeRange": _object({"from": {"type": "integer"}, "to": {"type": "integer"}}),
                    "datasourceUid": TEXT,
                    "model": {"type": "object"},
                }
            ),
        },
        "noDataState": {"enum": ["Alerting", "NoData", "OK"]},
        "execErrState": {"enum": ["OK", "Alerting", "Error"]},
        "for": _DURATION,
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    {"isPaused": {"type": "boolean"}, "keep_firing_for": _DURATION},
)


@dataclass
class Contract:
    """The server's state, and what was asked of it.

    Attributes:
        token: the service account's.
        prefix: the path that it lives under, such as /grafana.
        refuses: answers a request differently: by (method, path), the code and the message.
        before: called before each request with its method and path: somebody else at work.
        asked: method and path of every request.
        writes: those of them that changed something.
        violations: what the contract doesn't allow.
        passwords: the secrets that were sent.
    """

    token: str = "glsa_secret"  # noqa: S105 - of these tests
    prefix: str = ""
    refuses: dict[tuple[str, str], Answer] = field(default_factory=dict)
    before: Callable[[str, str], None] = lambda _method, _path: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    sources: dict[str, Json] = field(default_factory=dict)
    folders: dict[str, Json] = field(default_factory=dict)
    dashboards: dict[str, Json] = field(default_factory=dict)
    rules: dict[str, Json] = field(default_factory=dict)
    url: str = ""

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return code and body of the answer to a request."""
        self.before(method, path)
        self.asked.append((method, path))
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"message": "Invalid API key", "messageId": "api-key.invalid", "statusCode": 401}
        if (method, path) in self.refuses:
            return self.refuses[method, path]
        for pattern, operations in OPERATIONS.items():
            if (found := re.fullmatch(pattern, path)) and method in operations:
                return self._operate(*operations[method], found.groups(), headers, body)
        return self.violation(405, f"{method} {path}: no operation of the contract")

    def _operate(
        self,
        schema: Json | None,
        do: Callable[..., Answer],
        names: tuple[str, ...],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        if "X-Disable-Provenance" in headers:
            return self.violation(400, "what is pushed is not to be edited by hand")
        if schema is None:
            return do(self, *names) if not body else self.violation(400, "a GET with a body")
        if headers.get("Content-Type") not in {"application/json", "application/json;charset=utf-8"}:
            return self.violation(400, f"Content-Type {headers.get('Content-Type')}")
        content = json.loads(body)
        errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(content)]
        if errors:
            return self.violation(400, "; ".join(errors))
        code, said = do(self, *names, content)
        if code < 300:
            self.writes.append("/".join([do.__name__.strip("_"), *names]))
        return code, said

    def violation(self, code: int, sentence: str) -> Answer:
        """Note that something was asked that the contract doesn't allow."""
        self.violations.append(sentence)
        return code, {"message": sentence}


def _settings(_: Contract) -> Answer:
    return 200, {"buildInfo": {"version": "12.4.0", "commit": "x", "edition": "Open DataSource"}, "appSubUrl": ""}


def _get_source(here: Contract, uid: str) -> Answer:
    return (200, here.sources[uid]) if uid in here.sources else _not_found("Data source not found")


def _kept(here: Contract, content: Json, number: int, version: int, had_password: bool) -> Json:
    secret = content.pop("secureJsonData", {})
    here.passwords += secret.values()
    own = {"id": number, "orgId": 1, "typeLogoUrl": "", "basicAuth": False, "readOnly": False, "version": version}
    fields = {"password": True} if secret or had_password else {}
    return {"isDefault": False, **content, **own, "secureJsonFields": fields}


def _create_source(here: Contract, content: Json) -> Answer:
    if any(content["name"] == other["name"] or uid == content["uid"] for uid, other in here.sources.items()):
        return 409, {"message": "data source with the same name already exists"}
    here.sources[content["uid"]] = _kept(here, content, len(here.sources) + 1, 1, had_password=False)
    return 200, {"datasource": here.sources[content["uid"]], "id": 1, "message": "Datasource added", "name": "x"}


def _update_source(here: Contract, uid: str, content: Json) -> Answer:
    if uid not in here.sources:
        return _not_found("Data source not found")
    old = here.sources[uid]
    here.sources[uid] = _kept(here, content, old["id"], old["version"] + 1, bool(old["secureJsonFields"]))
    return 200, {"datasource": here.sources[uid], "id": old["id"], "message": "Datasource updated", "name": "x"}


def _get_folder(here: Contract, uid: str) -> Answer:
    return (200, here.folders[uid]) if uid in here.folders else _not_found("folder not found")


def _create_folder(here: Contract, content: Json) -> Answer:
    if content["uid"] in here.folders:
        return 409, {"message": "a folder with the same uid already exists"}
    here.folders[content["uid"]] = {"id": 7, "url": "/dashboards/f/x", "hasAcl": False, **content, "version": 1}
    return 200, here.folders[content["uid"]]


def _rename_folder(here: Contract, uid: str, content: Json) -> Answer:
    if content["version"] != here.folders[uid]["version"]:
        return 412, {"message": "the folder has been changed by someone else", "status": "version-mismatch"}
    here.folders[uid] |= {"title": content["title"], "version": content["version"] + 1}
    return 200, here.folders[uid]


def _get_dashboard(here: Contract, uid: str) -> Answer:
    return (200, here.dashboards[uid]) if uid in here.dashboards else _not_found("Dashboard not found")


def _save_dashboard(here: Contract, content: Json) -> Answer:
    model, old = content["dashboard"], here.dashboards.get(content["dashboard"]["uid"])
    if content["folderUid"] not in here.folders:
        return 400, {"message": "folder not found"}
    if old and old["meta"]["provisioned"]:
        return 400, {"message": "Cannot save provisioned dashboard"}
    if (old["dashboard"]["version"] if old else None) != model.get("version"):
        return 412, {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"}
    version = old["dashboard"]["version"] + 1 if old else 1
    stored = {**model, "id": 40 + len(here.dashboards), "version": version}
    meta = {"folderUid": content["folderUid"], "provisioned": False, "version": version, "isFolder": False}
    here.dashboards[model["uid"]] = {"dashboard": stored, "meta": meta}
    return 200, {
        "id": stored["id"],
        "uid": model["uid"],
        "status": "success",
        "version": version,
        "url": "",
        "slug": "",
    }


def _get_rule(here: Contract, uid: str) -> Answer:
    return (200, here.rules[uid]) if uid in here.rules else _not_found("could not find alert rule")


def _keep_rule(here: Contract, content: Json, code: int) -> Answer:
    refs = [query["refId"] for query in content["data"]]
    if content["folderUID"] not in here.folders or content["condition"] not in refs or len(set(refs)) < len(refs):
        return 400, {"message": "invalid alert rule"}
    own = {"id": 3, "updated": "2026-01-01T00:00:00Z", "provenance": "api", "isPaused": False, "keep_firing_for": "0s"}
    here.rules[content["uid"]] = {**own, "notification_settings": None, "record": None, **content}
    return code, here.rules[content["uid"]]


def _create_rule(here: Contract, content: Json) -> Answer:
    if content["uid"] in here.rules:
        return 409, {"message": "conflicting alert rule found"}
    return _keep_rule(here, content, 201)


def _update_rule(here: Contract, uid: str, content: Json) -> Answer:
    if uid not in here.rules:
        return _not_found("could not find alert rule")
    return _keep_rule(here, content, 200)


def _not_found(message: str) -> Answer:
    return 404, {"message": message}


Operation = tuple[Json | None, Callable[..., Answer]]
OPERATIONS: Final[Mapping[str, Mapping[str, Operation]]] = {
    r"/api/frontend/settings": {"GET": (None, _settings)},
    r"/api/datasources/uid/([\w-]+)": {"GET": (None, _get_source), "PUT": (DATA_SOURCE, _update_source)},
    r"/api/datasources": {"POST": (DATA_SOURCE, _create_source)},
    r"/api/folders/([\w-]+)": {"GET": (None, _get_folder), "PUT": (RENAMED_FOLDER, _rename_folder)},
    r"/api/folders": {"POST": (NEW_FOLDER, _create_folder)},
    r"/api/dashboards/uid/([\w-]+)": {"GET": (None, _get_dashboard)},
    r"/api/dashboards/db": {"POST": (DASHBOARD, _save_dashboard)},
    r"/api/v1/provisioning/alert-rules/([\w-]+)": {"GET": (None, _get_rule), "PUT": (RULE, _update_rule)},
    r"/api/v1/provisioning/alert-rules": {"POST": (RULE, _create_rule)},
}


def _handler(here: Contract) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.removeprefix(here.prefix)
            if here.prefix and not self.path.startswith(f"{here.prefix}/"):
                code, said = here.violation(404, f"{self.path} is outside of {here.prefix}")
            else:
                code, said = here.answer(self.command, path, self.headers, body)
            text = said.pop("html", None) or json.dumps(said)
            self.send_response(code)
            self.send_header("Content-Type", "text/html" if text.startswith("<") else "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            for name, value in said.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def running(prefix: str = "") -> Iterator[Contract]:
    """Run the contract on a free port of loopback."""
    here = Contract(prefix=prefix)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(here)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        here.url = f"http://127.0.0.1:{server.server_port}{prefix}"
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()
