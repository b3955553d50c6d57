"""The page of people: an administrator invites and ends logins at their own sites, by a login alone."""

import html
import re

import httpx
import pytest

from api.access.roles import Role
from store.database import connect
from tests.api.access.conftest import OTHER, SITE
from tests.api.access.grants import bearer, log_in, new_code, new_key, own_page

pytestmark = pytest.mark.chain


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(f"{path}?lang=en", data=fields, headers=own_page(client))


def invited_code(answer: httpx.Response) -> str:
    """Return the code of the link that an answer shows."""
    [link] = re.findall(r"<textarea[^>]*>(http[^<]+/login#[0-9A-Z-]{24})</textarea>", answer.text)
    return str(link.partition("#")[2])


def as_admin(client: httpx.Client, place: str, name: str = "Bo") -> None:
    assert log_in(client, new_code(place, Role.ADMIN, [SITE], name)).status_code == 303


def test_who_is_invited_has_the_role_at_the_site_and_shows_up(client: httpx.Client, place: str) -> None:
    as_admin(client, place)
    made = post(client, "/admin/people", **{"name": "Reception", f"at:{SITE}": "staff", "days": "90"})
    assert (made.status_code, "<svg" in made.text) == (200, True)
    assert made.headers["cache-control"] == "no-store"
    page = client.get("/admin?lang=en").text
    assert re.search(r"Reception</strong>\s*<ul[^>]*><li>Haninge entré: staff</li></ul>\s*<p[^>]*>invited", page)
    assert "(you)" in page
    assert invited_code(made) not in page
    assert "<script>" not in made.text
    with httpx.Client(base_url=client.base_url) as phone:
        assert log_in(phone, invited_code(made)).status_code == 303
        assert phone.get(f"/api/v1/sites/{SITE}/activities").status_code == 200
        assert phone.get(f"/api/v1/sites/{OTHER}/lines").status_code == 403
        assert phone.get("/admin").status_code == 403
        assert post(client, "/admin/people/2/end").status_code == 303
        assert phone.cookies
    assert re.search(r"Reception</strong>.*?ended ", client.get("/admin?lang=en").text, re.DOTALL)


def test_who_is_invited_again_gets_a_new_link(client: httpx.Client, place: str) -> None:
    as_admin(client, place)
    first = invited_code(post(client, "/admin/people", **{"name": "Phone", f"at:{SITE}": "evaluator"}))
    second = invited_code(post(client, "/admin/people/2/again"))
    with httpx.Client(base_url=client.base_url) as phone:
        assert log_in(phone, first).status_code == 422
        assert log_in(phone, second).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", f"at:{SITE}": "staff"}, 'aria-invalid="true"'),
        ({"name": "x" * 41, f"at:{SITE}": "staff"}, 'aria-invalid="true"'),
        ({"name": "a\x00b", f"at:{SITE}": "staff"}, 'aria-invalid="true"'),
        ({"name": "Anna"}, "Choose a role at one site"),
        ({"name": "Anna", f"at:{SITE}": "owner"}, "Choose a role at one site"),
        ({"name": "Anna", f"at:{SITE}": "public"}, "Choose a role at one site"),
        ({"name": "Anna", f"at:{OTHER}": "staff"}, "Choose a role at one site"),
        ({"name": "Anna", "all": "staff"}, "only an administrator of all sites"),
        ({"name": '"><script>alert(1)</script>'}, "&lt;script&gt;"),
    ],
)
def test_what_can_not_be_granted_is_said_and_the_form_kept(
    client: httpx.Client, place: str, fields: dict[str, str], words: str
) -> None:
    as_admin(client, place)
    answer = post(client, "/admin/people", **fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert html.escape(fields["name"]).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text
    assert "<script>alert" not in answer.text
    assert client.get("/admin").text.count("<strong>") == 1


def test_only_a_login_invites(client: httpx.Client, place: str) -> None:
    """Neither a key, with or without somebody's cookie, nor this machine while nobody is asked."""
    fields = {"name": "Anna", f"at:{SITE}": "staff"}
    assert post(client, "/admin/people", **fields).status_code == 422
    assert "platspuls login --role admin" in client.get("/admin?lang=en").text
    as_admin(client, place)
    key = bearer(new_key(place, "desk", Role.ADMIN))
    assert client.post("/admin/people", data=fields, headers=key).status_code == 422
    assert 'id="invite"' not in client.get("/admin", headers=key).text
    for elsewhere in ({"Origin": "https://evil.example"}, {}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/admin/people", data=fields, headers=elsewhere).status_code == 403
    with connect(place, application="test", autocommit=True) as database:
        assert database.execute("select count(*) from platspuls.access_session").fetchone() == (1,)


def test_an_administrator_of_one_site_can_not_end_others(client: httpx.Client, place: str) -> None:
    as_admin(client, place)
    with httpx.Client(base_url=client.base_url) as other:
        log_in(other, new_code(place, Role.STAFF, [OTHER], "Hidden"))
        assert "Hidden" not in client.get("/admin").text
        refused = [post(client, f"/admin/people/{login}/end") for login in (2, 99)]
        assert [one.status_code for one in refused] == [422, 422]
        assert refused[0].text.replace("login 2", "login 99") == refused[1].text
        assert post(client, "/admin/people/2/again").status_code == 404
        assert "log out instead" in post(client, "/admin/people/1/end").text
        assert other.get(f"/api/v1/sites/{OTHER}/lines").status_code == 200


def test_the_site_says_how_counters_are_and_what_was_done(client: httpx.Client, place: str) -> None:
    as_admin(client, place)
    note = {"starts_at": "2026-11-20T12:00:00+01:00", "text": "hello"}
    made = client.post(f"/api/v1/sites/{SITE}/notes", json=note, headers=own_page(client))
    assert made.status_code == 201, made.text
    page = client.get(f"/sites/{SITE}/admin?lang=en").text
    assert "Was never heard. Is it installed and connected?" in page
    assert re.search(r"<td>Bo</td><td>entered: note 1</td>", page)
    assert 'aria-current="page">Admin' in page
    assert client.get(f"/sites/{OTHER}/admin").status_code == 403
