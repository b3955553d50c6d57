"""Every query of a dashboard's file, and what else a test wants to find in it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from dashboards import alerts

FOLDER: Final = Path(__file__).parents[2] / "dashboards" / "json"
FILES: Final = sorted(FOLDER.glob("*.json"))
Kind = Literal["time_series", "table", "variable", "annotation", "alert"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, where it stands, and what the panel says about its columns.

    Attributes:
        where: the file and the panel, variable or annotation.
        kind: what Grafana makes of the rows.
        sql: with macros and variables.
        columns: those with settings of their own in the panel.
    """

    where: str
    kind: Kind
    sql: str
    columns: Sequence[str] = ()


def load(path: Path) -> dict[str, Any]:
    """Return a dashboard as Grafana reads it."""
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def queries(path: Path) -> Iterator[Asked]:
    """Yield all queries of a dashboard."""
    dashboard = load(path)
    for panel in panels(dashboard):
        columns = [override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]]
        for target in panel["targets"]:
            yield Asked(f"{path.stem}: panel {panel['id']}", target["format"], target["rawSql"], columns)
    for variable in variables(dashboard):
        if variable["type"] == "query":
            yield Asked(f"{path.stem}: variable {variable['name']}", "variable", variable["query"])
    for annotation in annotations(dashboard):
        yield Asked(f"{path.stem}: annotation {annotation['name']}", "annotation", annotation["target"]["rawSql"])


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels that show something: all but rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variables(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reader's choices."""
    found: list[dict[str, Any]] = dashboard["templating"].get("list", [])
    return found


def annotations(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is marked on all charts."""
    found: list[dict[str, Any]] = dashboard["annotations"].get("list", [])
    return found


def texts(value: object) -> Iterator[str]:
    """Yield every text in a part of a dashboard."""
    match value:
        case str():
            yield value
        case list():
            for part in value:
                yield from texts(part)
        case dict():
            for part in value.values():
                yield from texts(part)
        case _:
            return


ALL: Final = [asked for path in FILES for asked in queries(path)]
DISTINCT: Final = list({(asked.sql, asked.kind, *asked.columns): asked for asked in reversed(ALL)}.values())
"""Each query once: several dashboards have some of them, and both languages those without names."""
ENGLISH: Final = [asked for asked in DISTINCT if ".en: " in asked.where]
RULES: Final = [Asked(f"alert {rule.name}", "alert", rule.sql) for rule in alerts.RULES]
