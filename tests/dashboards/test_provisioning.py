"""The example files that tell Grafana of the data source and the dashboards."""

import re
from pathlib import Path
from typing import Any

import yaml

from dashboards.query import DATASOURCE_TYPE, DATASOURCE_UID
from tests.dashboards.walk import FILES, load, texts

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
    assert all(re.fullmatch(r"\$[A-Z_]+(:\$[A-Z_]+)?", text) for text in own)
    names = {name for text in texts(source) for name in re.findall(r"\$(\w+)", text)}
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
