"""The example files that provision Grafana's data source and dashboards."""

import re
from pathlib import Path
from typing import Any

import yaml

from dashboards.alerts import FOLDER_TITLE, FOLDER_UID, RULES, for_api
from dashboards.build import alert_file
from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID
from tests.dashboards.walk import FILES, load, panels, texts
from tests.dashboards.walk import RULES as QUERIES

FOLDER = Path(__file__).parents[2] / "deploy" / "grafana" / "provisioning"


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return content


def test_the_data_source_is_the_one_in_the_dashboards() -> None:
    content = read("datasources/platspuls.yaml")
    assert content["apiVersion"] == 1
    [source] = content["datasources"]
    assert (source["uid"], source["type"]) == (DATASOURCE_UID, DATASOURCE_TYPE)
    assert source["editable"] is False
    assert "database" not in source
    assert set(source) == {
        *("name", "uid", "type", "access", "url", "user", "isDefault", "editable", "jsonData", "secureJsonData")
    }


def test_what_differs_by_place_comes_from_the_environment() -> None:
    [source] = read("datasources/platspuls.yaml")["datasources"]
    own = [source["url"], source["user"], source["jsonData"]["database"], source["secureJsonData"]["password"]]
    assert all(re.fullmatch(r"\$\{?[A-Z_]+\}?(:\$[A-Z_]+)?", text) for text in own)
    names = {name for text in texts(source) for name in re.findall(r"\$\{?(\w+)", text)}
    assert all(name.startswith("PLATSPULS_GRAFANA_") for name in names)
    page = (FOLDER.parents[2] / "docs" / "dashboards.md").read_text("utf-8")
    path = read("dashboards/platspuls.yaml")["providers"][0]["options"]["path"]
    assert all(f"`{name}`" in page for name in {*names, path.removeprefix("$")})


def test_the_dashboards_have_one_folder_and_stay_as_they_are() -> None:
    content = read("dashboards/platspuls.yaml")
    assert content["apiVersion"] == 1
    [provider] = content["providers"]
    assert provider["folder"] == "Platspuls"
    assert provider["folderUid"] == "platspuls"
    assert len(provider["folderUid"]) <= 40
    assert provider["allowUiUpdates"] is False
    assert provider["type"] == "file"
    assert "foldersFromFilesStructure" not in provider["options"]


def test_no_uid_is_used_twice() -> None:
    uids = [load(path)["uid"] for path in FILES]
    assert len({*uids, read("dashboards/platspuls.yaml")["providers"][0]["folderUid"]}) == len(uids) + 1


def test_the_file_of_alerts_is_what_is_built() -> None:
    assert (FOLDER / "alerting" / "platspuls.yaml").read_text("utf-8") == alert_file()


def test_alerts_lie_with_the_dashboards_and_lead_to_a_panel() -> None:
    [provider] = read("dashboards/platspuls.yaml")["providers"]
    assert (provider["folder"], provider["folderUid"]) == (FOLDER_TITLE, FOLDER_UID)
    [group] = read("alerting/platspuls.yaml")["groups"]
    assert group["folder"] == FOLDER_TITLE
    ids = {load(path)["uid"]: {panel["id"] for panel in panels(load(path))} for path in FILES}
    for rule in group["rules"]:
        assert rule["panelId"] in ids[rule["dashboardUid"]]
        assert re.fullmatch("[a-z-]{1,40}", rule["uid"])
    uids = [rule["uid"] for rule in group["rules"]]
    assert len(uids) == len(set(uids)) == len(RULES)


def test_only_queries_have_a_single_dollar_in_the_file() -> None:
    """Grafana puts the environment into all other texts."""
    [group] = read("alerting/platspuls.yaml")["groups"]
    for rule in group["rules"]:
        models = [query.pop("model") for query in rule["data"]]
        assert models[0]["rawSql"].count("$") == 0, "alerts have neither variables nor a range"
        assert all(not text.replace("$$", "").count("$") for text in texts(rule))
        assert "{{ $$values.A.Value }}" in rule["annotations"]["summary"] or "$$values.A.Value }}" in str(rule)


def test_files_and_pushed_rules_say_the_same() -> None:
    [group] = read("alerting/platspuls.yaml")["groups"]
    for rule, in_file in zip(RULES, group["rules"], strict=True):
        pushed = for_api(rule)
        for name in ("uid", "title", "condition", "data", "noDataState", "execErrState", "for", "labels"):
            assert pushed[name] == in_file[name]
        assert pushed["folderUID"] == FOLDER_UID


def test_alerts_ask_the_contract_alone() -> None:
    for asked in QUERIES:
        assert "reading." in asked.sql
        assert not re.search(r"\bplatspuls\.|;|--|/\*", asked.sql)
