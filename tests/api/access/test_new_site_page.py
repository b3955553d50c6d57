"""The page for a new site: what it makes is a site file that can be applied, and it changes nothing itself."""

from pathlib import Path

import httpx
import pytest

from api.access.roles import Role
from api.web.admin.new_site_form import NewSiteForm, key_of, make_site_file
from core.site_file.load import load
from store.database import connect
from store.registry.apply import apply
from tests.api.access.conftest import SITE
from tests.api.access.grants import log_in, new_code, own_page

FIELDS = {
    "name": "Nya torget; The new square",
    "time_zone": "Europe/Stockholm",
    "begins": "2026-12-01",
    "spaces": "Torget; The square\nGången\n",
    "ways": "Torget: Stora porten; The gate\r\n  Torget > Gången: Dörren",
    "zones": "Torget: Bänkarna; The benches",
    "days": ["mon", "sun"],
    "opens": "07:00",
    "closes": "21:00",
    "staffed_from": "11:00",
    "staffed_to": "18:00",
}


@pytest.mark.chain
def test_what_it_makes_can_be_applied(client: httpx.Client, place: str, tmp_path: Path) -> None:
    log_in(client, new_code(place, Role.ADMIN, [SITE]))
    checked = client.post("/admin/sites/new?lang=en", data={**FIELDS, "as": "page"}, headers=own_page(client))
    assert (checked.status_code, "platspuls site apply nya-torget.toml" in checked.text) == (200, True)
    file = client.post("/admin/sites/new", data={**FIELDS, "as": "file"}, headers=own_page(client))
    assert file.headers["content-disposition"] == 'attachment; filename="nya-torget.toml"'
    (tmp_path / "nya-torget.toml").write_bytes(file.content)
    made = load(tmp_path / "nya-torget.toml")
    assert [(border.origin, border.destination) for border in made.borders] == [
        ("outside", "torget"),
        ("torget", "gangen"),
    ]
    assert [(hours.kind, len(hours.days)) for hours in made.hours] == [("open", 2), ("staffed", 2)]
    with connect(place, application="test", autocommit=True) as database:
        before = database.execute("select count(*) from platspuls.site").fetchone()
        apply(database, made)
        assert database.execute("select count(*) from platspuls.site").fetchone() == (before[0] + 1 if before else 0,)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"name": ""}, {"key", "name"}),
        ({"key": "Not A Key"}, {"key"}),
        ({"time_zone": "Mars/Base"}, {"time_zone"}),
        ({"spaces": "Torget\nTorget"}, {"spaces"}),
        ({"ways": "Nowhere: Porten"}, {"ways"}),
        ({"ways": "Porten"}, {"ways"}),
        ({"zones": "Nowhere: Bänkarna"}, {"zones"}),
        ({"opens": "21:00", "closes": "07:00", "days": ("mon",)}, {"hours"}),
        ({"opens": "07:00"}, {"hours"}),
        ({"begins": "soon"}, {"ways"}),
        ({"name": 'x"\n[[devices]]\nkey = "y'}, {"name"}),
        ({"name": 'x", y = "'}, set()),
        ({"name": "\x7f"}, {"", "key", "name"}),
    ],
)
def test_what_is_wrong_stands_at_its_field(changed: dict[str, str], fields: set[str]) -> None:
    """What is typed is text of the file, whatever it looks like."""
    good = {"name": "Torget", "begins": "2026-12-01", "spaces": "Torget", "ways": "Torget: Porten"}
    made = make_site_file(NewSiteForm(**{**good, **changed}))
    assert set(made.wrong) <= fields
    assert bool(made.wrong) == bool(fields)
    assert "[[devices]]" not in made.text.splitlines()


def test_a_key_reads_like_its_name() -> None:
    assert key_of("Åhléns hörna, plan 2") == "ahlens-horna-plan-2"
    assert len(key_of("x" * 60)) == 40


@pytest.mark.chain
def test_hostile_names_are_text_on_the_page(client: httpx.Client) -> None:
    fields = {**FIELDS, "name": "<script>alert(1)</script>", "key": 'a"b'}
    answer = client.post("/admin/sites/new", data=fields, headers=own_page(client))
    assert (answer.status_code, "<script>alert" in answer.text) == (422, False)
