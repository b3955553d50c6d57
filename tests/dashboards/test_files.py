"""What every dashboard's file must have, as plain checks of the files that Grafana reads."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.texts.catalog import Domain, Language
from dashboards.build import alert_file, documents
from dashboards.display import Colour, FieldUnit
from dashboards.page import TITLES
from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID, statement
from platspuls.cli.main import main
from platspuls.documents import catalogs
from tests.dashboards.walk import ALL, FILES, FOLDER, RULES, Asked, annotations, load, panels, texts, variables

FOLDER_OF_SQL = Path(__file__).parents[2] / "dashboards" / "sql"
SQL = {path.relative_to(FOLDER_OF_SQL).with_suffix("").as_posix(): path for path in FOLDER_OF_SQL.rglob("*.sql")}
DATASOURCE = {"type": DATASOURCE_TYPE, "uid": DATASOURCE_UID}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_the_files_are_what_is_built() -> None:
    assert {path.name: path.read_text("utf-8") for path in FILES} == documents()


def test_another_process_builds_the_same_files() -> None:
    """Sets and hashes have another order there."""
    code = "import json; from dashboards import build; print(json.dumps([build.documents(), build.alert_file()]))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        built = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout
        assert json.loads(built) == [documents(), alert_file()]


def test_the_command_builds_and_checks(tmp_path: Path) -> None:
    run = CliRunner()
    alerts = tmp_path / "alerting" / "rules.yaml"
    command = ["dashboards", "build", "--alerts", str(alerts), str(tmp_path / "new")]
    assert run.invoke(main, [*command, "--check"]).exit_code == 1
    assert not (tmp_path / "new").exists()
    assert run.invoke(main, command).exit_code == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(documents())
    assert alerts.read_text("utf-8") == alert_file()
    assert run.invoke(main, [*command, "--check"]).exit_code == 0
    (tmp_path / "new" / "old.json").write_text("{}")
    said = run.invoke(main, [*command, "--check"])
    assert (said.exit_code, "old.json" in said.output) == (1, True)


@each_file
def test_a_dashboard_is_named_once_and_not_edited(path: Path) -> None:
    dashboard = load(path)
    name, language = path.stem.rsplit(".", 1)
    assert dashboard["uid"] == f"platspuls-{name}-{language}"
    assert len(dashboard["uid"]) <= 40
    assert "id" not in dashboard
    assert "version" not in dashboard
    assert dashboard["editable"] is False
    assert dashboard["title"]
    assert dashboard["description"]
    assert dashboard["tags"] == ["platspuls", language]


@each_file
def test_panels_have_ids_of_their_own(path: Path) -> None:
    ids = [panel["id"] for panel in load(path)["panels"]]
    assert all(isinstance(number, int) and number > 0 for number in ids)
    assert len(ids) == len(set(ids))


@each_file
def test_panels_say_what_they_show(path: Path) -> None:
    for panel in panels(load(path)):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"], panel["id"]
        assert len(panel["description"]) > 40, panel["id"]
        assert defaults["noValue"], panel["id"]
        assert defaults["unit"] in set(FieldUnit), panel["id"]
        assert panel["targets"], panel["id"]
        assert bool(panel["links"]) != is_public(path), panel["id"]
    assert all(panel["title"] for panel in load(path)["panels"])


@each_file
def test_columns_have_names_and_units(path: Path) -> None:
    for panel in panels(load(path)):
        for override in panel["fieldConfig"]["overrides"]:
            settings = {part["id"]: part["value"] for part in override["properties"]}
            assert override["matcher"]["id"] == "byName"
            assert settings.get("displayName") or panel["type"] == "bargauge", "rows that are named by themselves"
            assert settings["unit"] in set(FieldUnit)


@each_file
def test_in_is_blue_and_out_is_orange_and_downwards(path: Path) -> None:
    """In every chart over time: of one series, or in shades of several."""
    colours = {Colour.IN: {"entries", "inward"}, Colour.OUT: {"exits", "outward"}}
    for panel in panels(load(path)):
        for override in panel["fieldConfig"]["overrides"] if panel["type"] == "timeseries" else []:
            settings = {part["id"]: part["value"] for part in override["properties"]}
            for colour, names in colours.items():
                if override["matcher"]["options"] in names:
                    assert settings["color"]["fixedColor"] == colour.value
                    assert (settings.get("custom.transform") == "negative-Y") == (colour is Colour.OUT)


@each_file
def test_panels_lie_on_the_grid_without_covering_each_other(path: Path) -> None:
    places = [panel["gridPos"] for panel in load(path)["panels"]]
    assert all(place["x"] >= 0 and place["w"] > 0 and place["x"] + place["w"] <= 24 for place in places)
    for one, two in combinations(places, 2):
        beside = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
        over = one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]
        assert beside or over, (one, two)


def is_public(path: Path) -> bool:
    return path.stem.startswith("overview.")


@each_file
def test_everything_reads_the_one_data_source(path: Path) -> None:
    dashboard = load(path)
    asking: list[dict[str, Any]] = [*panels(dashboard), *annotations(dashboard)]
    asking += [target for panel in panels(dashboard) for target in panel["targets"]]
    asking += [annotation["target"] for annotation in annotations(dashboard)]
    asking += [variable for variable in variables(dashboard) if variable["type"] == "query"]
    assert all(part["datasource"] == DATASOURCE for part in asking)


@each_file
def test_every_variable_is_defined_before_it_is_used(path: Path) -> None:
    dashboard = load(path)
    defined: set[str] = set()
    for variable in variables(dashboard):
        assert used(variable.get("query")) <= defined
        assert variable["label"]
        assert variable["allowCustomValue"] is False
        defined.add(variable["name"])
    assert used(dashboard) <= defined
    assert defined <= used([panel["targets"] for panel in panels(dashboard)])
    assert bool(defined) != is_public(path), "Grafana shares nothing that has variables"


def used(part: object) -> set[str]:
    """Return the names of variables in a part of a dashboard, without those that Grafana defines."""
    found = {name for text in texts(part) for name in re.findall(r"\$\{?(\w+)", text)}
    return {name for name in found if not name.startswith("__")}


@cache
def known_panels() -> dict[str, set[int]]:
    """Return the ids of each dashboard's panels, by its uid."""
    return {content["uid"]: {panel["id"] for panel in content["panels"]} for content in map(load, FILES)}


@each_file
def test_links_lead_somewhere(path: Path) -> None:
    ids = known_panels()
    links = [text for text in texts(load(path)) if text.startswith(("/", "http"))]
    assert len(links) > len(panels(load(path))) or is_public(path)
    for link in links:
        found = re.match(r"/d/([\w-]+)(?:\?viewPanel=(\d+)&|\?\$|$)", link)
        assert found, link
        assert found[1] in ids
        assert found[2] is None or int(found[2]) in ids[found[1]]


@each_file
def test_the_other_language_and_the_other_dashboards_are_one_click_away(path: Path) -> None:
    name, language = path.stem.rsplit(".", 1)
    others = {f"/d/platspuls-{name}-{other}" for other in Language if other.value != language}
    dashboard = load(path)
    if not is_public(path):
        others |= {f"/d/platspuls-{other}-{language}" for other in TITLES if other != name}
    assert {link["url"] for link in dashboard["links"]} == others
    shown = [*dashboard["links"], *annotations(dashboard)]
    assert not any("placement" in part or part.get("hide") for part in shown), "out of sight in a menu"


@pytest.mark.parametrize("name", TITLES)
def test_the_languages_differ_in_their_texts_only(name: str) -> None:
    swedish, english = (load(FOLDER / f"{name}.{language}.json") for language in ("sv", "en"))
    assert shape(swedish) == shape(english)
    for panel, other in zip(panels(swedish), panels(english), strict=True):
        assert panel["title"] != other["title"]
        assert panel["description"] != other["description"]


def shape(part: object) -> object:
    """Return a part of a dashboard without its texts."""
    match part:
        case dict():
            return {name: shape(value) for name, value in part.items()}
        case list():
            return [shape(value) for value in part]
        case str():
            return str
        case _:
            return part


@each_file
def test_every_text_that_is_shown_comes_from_the_catalog_of_its_language(path: Path) -> None:
    dashboard, language = load(path), Language(path.stem.rsplit(".", 1)[1])
    known = {message.string for message in catalogs.read(Domain.DASHBOARDS, language) if message.id}
    shown = {dashboard["title"], dashboard["description"], *(variable["label"] for variable in variables(dashboard))}
    shown |= {part[key] for part in panels(dashboard) for key in ("title", "description")}
    shown |= {annotation["name"] for annotation in annotations(dashboard)}
    for panel in panels(dashboard):
        shown.add(panel["fieldConfig"]["defaults"]["noValue"])
        for override in panel["fieldConfig"]["overrides"]:
            settings = {part["id"]: part["value"] for part in override["properties"]}
            shown.add(settings.get("displayName", ""))
            maps = [found for found in settings.get("mappings", []) if found["type"] == "value"]
            shown |= {result["text"] for found in maps for result in found["options"].values()}
    shown = {text for text in shown if any(map(str.isalpha, text))}
    assert len(shown) > 25
    assert shown <= known


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.where)
def test_queries_read_the_contract_and_keep_to_the_macro_rules(asked: Asked) -> None:
    assert "--" not in asked.sql
    assert "/*" not in asked.sql
    assert ";" not in asked.sql
    assert "$__timeGroup" not in asked.sql, "it makes buckets of UTC"
    assert not re.search(r"\bplatspuls\.", asked.sql)
    assert "reading." in asked.sql
    assert not re.search(r"=\s*\$(?!__)\w|in \(\$", asked.sql), "write '$one' or = any (array[$several]::text[])"
    for name in ("space", "device"):
        assert asked.sql.count(f"${name}") == asked.sql.count(f"= any (array[${name}]::text[])")


def test_every_query_is_used_and_says_what_it_is_for() -> None:
    assert all(path.read_text("utf-8").startswith("-- ") for path in SQL.values())
    asked = {asked.sql for asked in (*ALL, *RULES)}
    unused = [name for name in SQL if not {statement(name, language) for language in Language} <= asked]
    assert unused == []
