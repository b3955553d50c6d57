"""A Grafana server's API, as far as pushing needs it: the one file that imports grafana-client and its HTTP library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import SplitResult, urlsplit

import niquests.exceptions
from grafana_client.api import GrafanaApi
from grafana_client.client import GrafanaException, GrafanaTimeoutError

from core.addresses import is_loopback, without_secret

Json = Mapping[str, Any]
_TIMEOUT_S: Final = 20.0
_TOO_MANY: Final = 429
_FAULT: Final = 500


class GrafanaError(Exception):
    """Grafana can't do what was asked; the sentence says why, and what helps."""


class AddressError(GrafanaError):
    """The address is none, or not a safe one."""


class AwayError(GrafanaError):
    """Nobody answers there, or not as Grafana."""


class TokenError(GrafanaError):
    """401: Grafana doesn't know the token."""


class RightsError(GrafanaError):
    """403: the token's service account may not do this."""


class GoneError(GrafanaError):
    """404 where something should be: deleted meanwhile, or an address of something else."""


class GrafanaConflictError(GrafanaError):
    """409 or 412: somebody else changed it, or it belongs to a file."""


class GrafanaRefusedError(GrafanaError):
    """Grafana finds fault with what it was sent."""


class FaultError(GrafanaError):
    """5xx: Grafana itself fails."""


_ERRORS: Final[Mapping[int, tuple[type[GrafanaError], str]]] = {
    401: (TokenError, "the token isn't known there (401): made in another organisation, expired or deleted?"),
    403: (RightsError, "the service account may not do this (403): give it the role Admin, or leave this part out"),
    404: (GoneError, "not found (404): deleted just now, or not the address of a Grafana"),
    409: (GrafanaConflictError, "there is another of that name, or it comes from a file (409)"),
    412: (
        GrafanaConflictError,
        "changed there in the meantime (412): see `platspuls dashboards diff`, then push again",
    ),
}


@dataclass(frozen=True, slots=True)
class FoundDashboard:
    """A dashboard as the server has it.

    Attributes:
        content: its model.
        folder_uid: the folder that it lies in; empty for the topmost.
        version: rises with each change there.
        is_from_file: whether a file of its own server provides it, so that nobody may change it.
    """

    content: Json
    folder_uid: str
    version: int
    is_from_file: bool


class Grafana:
    """One organisation of a Grafana server, by a service account's token. Every call may raise GrafanaError.

    Args:
        url: such as https://grafana.example/ or http://127.0.0.1:3000; a path is the server's own root.
        token: of a service account.
        authority: file with the certificate of a private authority; None trusts what the system trusts.
        allows_plain_http: whether the token may travel unencrypted to another machine.
    """

    def __init__(self, url: str, token: str, authority: Path | None = None, *, allows_plain_http: bool = False) -> None:
        place = _checked(url, allows_plain_http=allows_plain_http)
        prefix = place.path.strip("/")
        self.url = f"{place.scheme}://{place.netloc.rpartition('@')[2]}/{prefix}"
        self._api: Any = GrafanaApi(
            token,
            host=place.hostname if ":" not in (place.hostname or "") else f"[{place.hostname}]",
            port=place.port,
            url_path_prefix=f"{prefix}/" if prefix else "",
            protocol=place.scheme,
            verify=str(authority) if authority else True,
            timeout=_TIMEOUT_S,
        )
        self._api.client.s.max_redirects = 0  # a redirected POST would become a GET

    def version(self) -> str:
        """Return the server's version: it answers, as Grafana, and knows the token."""
        info = self._ask("the server", lambda: self._api.client.GET("/frontend/settings"))
        version = _object(info, "the server", self.url).get("buildInfo", {}).get("version")
        if not isinstance(version, str):
            raise AwayError(f"{self.url} answers, but not as Grafana does: is that its address?")
        return version

    def data_source(self, uid: str) -> Json | None:
        """Return a data source, or None. Its password is never among it."""
        return self._find(f"data source {uid}", lambda: self._api.datasource.get_datasource_by_uid(uid))

    def put_data_source(self, body: Json, *, is_new: bool) -> None:
        """Make a data source or replace what it says."""
        what, api = f"data source {body['uid']}", self._api.datasource
        if is_new:
            self._ask(what, lambda: api.create_datasource(dict(body)))
        else:
            self._ask(what, lambda: api.update_datasource_by_uid(body["uid"], dict(body)))

    def folder(self, uid: str) -> Json | None:
        """Return a folder, or None."""
        return self._find(f"folder {uid}", lambda: self._api.folder.get_folder(uid))

    def put_folder(self, uid: str, title: str, version: int | None) -> None:
        """Make a folder (version None) or rename one that has this version."""
        if version is None:
            self._ask(f"folder {uid}", lambda: self._api.folder.create_folder(title, uid=uid))
        else:
            self._ask(f"folder {uid}", lambda: self._api.folder.update_folder(uid, title=title, version=version))

    def dashboard(self, uid: str) -> FoundDashboard | None:
        """Return a dashboard, or None."""
        found = self._find(f"dashboard {uid}", lambda: self._api.dashboard.get_dashboard(uid))
        if found is None:
            return None
        content, meta = found["dashboard"], found["meta"]
        return FoundDashboard(
            content, meta.get("folderUid", ""), int(content["version"]), bool(meta.get("provisioned"))
        )

    def put_dashboard(self, content: Json, folder_uid: str, version: int | None, message: str) -> None:
        """Make a dashboard (version None), or replace the one that has this version and no other."""
        model = dict(content) if version is None else {**content, "version": version}
        body = {"dashboard": model, "folderUid": folder_uid, "overwrite": False, "message": message}
        self._ask(f"dashboard {content['uid']}", lambda: self._api.dashboard.update_dashboard(body))

    def alert_rule(self, uid: str) -> Json | None:
        """Return an alert rule, or None."""
        return self._find(f"alert rule {uid}", lambda: self._api.alertingprovisioning.get_alertrule(uid))

    def put_alert_rule(self, body: Json, *, is_new: bool) -> None:
        """Make an alert rule or replace what it says."""
        what, api = f"alert rule {body['uid']}", self._api.alertingprovisioning
        if is_new:
            self._ask(what, lambda: api.create_alertrule(dict(body)))
        else:
            self._ask(what, lambda: api.update_alertrule(body["uid"], dict(body)))

    def _find(self, what: str, call: Callable[[], object]) -> Json | None:
        try:
            return _object(self._ask(what, call), what, self.url)
        except GoneError:
            return None

    def _ask(self, what: str, call: Callable[[], object]) -> object:
        try:
            return call()
        except GrafanaTimeoutError as error:
            raise AwayError(f"{self.url} doesn't answer within {_TIMEOUT_S:.0f} s") from error
        except GrafanaException as error:
            self._refuse(what, error)
        except niquests.exceptions.TooManyRedirects as error:
            raise AddressError(
                f"{self.url} leads elsewhere: give the address that it leads to, such as https"
            ) from error
        except niquests.exceptions.JSONDecodeError as error:
            raise AwayError(f"{self.url} answers, but not as Grafana does: is that its address?") from error
        # grafana-client lets these through as they are.
        except niquests.exceptions.RequestException as error:
            raise AwayError(f"nobody answers at {self.url}: {_cause(error)}") from error

    def _refuse(self, what: str, error: GrafanaException) -> NoReturn:
        code = error.status_code
        message = error.response.get("message", "") if isinstance(error.response, dict) else ""
        if code in _ERRORS:
            kind, sentence = _ERRORS[code]
        elif code >= _FAULT or code == _TOO_MANY:
            kind, sentence = FaultError, f"Grafana fails ({code}): try again, and see its log"
        elif code:
            kind, sentence = GrafanaRefusedError, f"Grafana refuses it ({code})"
        else:
            kind, sentence = AwayError, str(error)
        raise kind(f"{what} at {self.url}: {sentence}" + (f" [{message}]" if message else "")) from error


def _cause(error: BaseException) -> str:
    """Return what the system said, behind what the libraries made of it."""
    deepest = error
    while below := deepest.__cause__ or deepest.__context__:
        deepest = below
    return (deepest.strerror if isinstance(deepest, OSError) else None) or str(deepest)


def _object(answer: object, what: str, url: str) -> Json:
    if not isinstance(answer, dict):
        raise AwayError(f"{url} answers for {what}, but not as Grafana does: is that its address?")
    return answer


def _checked(url: str, *, allows_plain_http: bool) -> SplitResult:
    """Return the parts of an address. Raises AddressError."""
    try:
        place = urlsplit(url)
        named = place.hostname and place.port != 0
    except ValueError as error:
        raise AddressError(f"{without_secret(url)} isn't an address: {error}") from error
    if place.scheme not in {"http", "https"} or not named:
        raise AddressError(f"{without_secret(url)} isn't the address of a server, such as https://grafana.example/")
    if place.query or place.fragment or "@" in place.netloc:
        raise AddressError("the address must hold neither a user, nor ?, nor #")
    if place.scheme == "http" and not allows_plain_http and not is_loopback(place.hostname or ""):
        raise AddressError(
            f"{without_secret(url)} would carry the token unencrypted: use https, or --plain-http where the way there "
            "is safe"
        )
    return place
