"""Whoever is logged in, no link on any page that they may open leads to a refusal."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from api.access.roles import Role
from tests.api.access.conftest import OTHER, SITE
from tests.api.access.grants import log_in, new_code
from tests.api.serving import serving

pytestmark = pytest.mark.chain

_LINK = re.compile(r'(?:href|src)="([^"#][^"]*)"')
_MOST = 200
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def kind(path: str) -> str:
    """Return what an address is one of: pages of other dates, sums or languages are the same page."""
    parts = urlsplit(path)
    names = {name.partition("=")[0] for name in parts.query.split("&")} - {"lang", ""}
    return f"{re.sub(r'[0-9]+', '1', parts.path)}?{'&'.join(sorted(names))}"


def crawled(client: httpx.Client, start: str) -> dict[str, tuple[int, str]]:
    """Return the status of one address of each kind that pages lead to from `start`, and the page that led there."""
    found: dict[str, tuple[int, str]] = {}
    kinds = {kind("/api/v1/openapi.json")}  # anybody's, and takes seconds
    waiting = [(start, "")]
    while waiting and len(found) < _MOST:
        path, source = waiting.pop()
        if kind(path) in kinds:
            continue
        kinds.add(kind(path))
        answer = client.get(path, headers={"Accept": BROWSER}, follow_redirects=True)
        found[path] = (answer.status_code, source)
        if answer.headers.get("content-type", "").startswith("text/html"):
            links = (urljoin(str(answer.url), unescape(link)) for link in _LINK.findall(answer.text))
            own = (urlsplit(link) for link in links if link.startswith(str(client.base_url)))
            waiting += [(link._replace(scheme="", netloc="", fragment="").geturl(), path) for link in own]
    return found


@pytest.mark.parametrize(
    "role",
    [Role.FUNDER, *(pytest.param(role, marks=pytest.mark.full) for role in (Role.STAFF, Role.EVALUATOR, Role.ADMIN))],
)
def test_no_link_leads_to_a_refusal(place: str, role: Role) -> None:
    """Whoever has another role at each of several sites meets at each what they may open there."""
    other = {Role.FUNDER: Role.STAFF}.get(role, Role.FUNDER)
    with serving(place, request_burst=1_000_000) as client:
        assert log_in(client, new_code(place, role, [SITE], role_at={OTHER: other})).status_code == 303
        found = crawled(client, "/")
        assert {path: said for path, said in found.items() if said[0] >= 400} == {}
        paths = {urlsplit(path).path for path in found}
        assert {f"/sites/{SITE}", f"/sites/{OTHER}"} <= paths
        assert (f"/sites/{SITE}/count" in paths, f"/sites/{OTHER}/count" in paths) == (
            role is not Role.FUNDER,
            role is Role.FUNDER,
        )
        assert ("/admin" in paths) == (role is Role.ADMIN)
