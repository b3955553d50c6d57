"""The files against the types that Grafana publishes of itself (@grafana/schema), by TypeScript's compiler."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.dashboards.walk import FILES, annotations, load, panels, variables
from tests.support.servers import folder, need

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]
KINDS: Final = {
    "stat": "Stat",
    "table": "Table",
    "timeseries": "TimeSeries",
    "barchart": "BarChart",
    "bargauge": "BarGauge",
}
# Enums as their plain values, nothing demanded, nothing unknown.
LOOSE: Final = (
    "type Loose<T> = T extends string ? T | `${T}` : T extends (infer U)[] ? Loose<U>[] :"
    " T extends object ? {[K in keyof T]?: Loose<T[K]>} : T;"
)
# What the types leave to others: members of a data source's own queries, and of one kind of variable.
OF_QUERIES: Final = ("editorMode", "format", "rawQuery", "rawSql")
OF_VARIABLES: Final = ("definition", "auto", "auto_min", "auto_count")
# Went to the columns' settings in version 13, which takes it from here.
OF_TABLES: Final = ("footer",)
OPTIONS: Final = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022"]


def without(part: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in names}


def known(path: Path) -> dict[str, Any]:
    """Return a dashboard without what the types leave to others."""
    dashboard = load(path)
    for panel in panels(dashboard):
        panel["targets"] = [without(target, OF_QUERIES) for target in panel["targets"]]
        panel["options"] = without(panel["options"], OF_TABLES)
    for annotation in annotations(dashboard):
        annotation["target"] = without(annotation["target"], OF_QUERIES)
    if variables(dashboard):
        dashboard["templating"]["list"] = [without(variable, OF_VARIABLES) for variable in variables(dashboard)]
    return dashboard


def program(paths: list[Path]) -> Iterator[str]:
    """Yield a TypeScript program that holds each dashboard, and each panel's options and columns, as a constant."""
    yield "import type * as schema from '@grafana/schema';"
    for kind, name in KINDS.items():
        module = f"@grafana/schema/dist/esm/raw/composable/{kind}/panelcfg/x/{name}PanelCfg_types.gen"
        yield f"import type * as {kind} from '{module}';"
    yield LOOSE
    for number, path in enumerate(paths):
        dashboard = known(path)
        yield f"export const d{number}: Loose<schema.Dashboard> = {json.dumps(dashboard)};"
        for panel in panels(dashboard):
            kind, place = panel["type"], f"{number}_{panel['id']}"
            yield f"export const o{place}: Loose<{kind}.Options> = {json.dumps(panel['options'])};"
            if custom := panel["fieldConfig"]["defaults"].get("custom"):
                yield f"export const c{place}: Loose<{kind}.FieldConfig> = {json.dumps(custom)};"
    # That the compiler would notice: an error is demanded here.
    yield "// @ts-expect-error: no such member"
    yield 'export const e1: Loose<stat.Options> = {"flicker": true};'
    yield "// @ts-expect-error: no such value"
    yield 'export const e2: Loose<stat.Options> = {"textMode": "loud"};'
    yield "// @ts-expect-error: no number"
    yield 'export const e3: Loose<schema.Dashboard> = {"panels": [{"type": "stat", "gridPos": {"w": "8"}}]};'


def test_grafana_knows_every_member_and_value(tmp_path: Path) -> None:
    home = folder() / "grafana-types"
    compiler = home / "node_modules" / ".bin" / "tsc"
    need(compiler.exists(), "Grafana's published types (@grafana/schema)")
    (tmp_path / "node_modules").symlink_to(home / "node_modules")
    (tmp_path / "check.ts").write_text("\n".join(program(FILES)), encoding="utf-8")
    resolution = ["--module", "nodenext", "--moduleResolution", "nodenext", "--preserveSymlinks"]
    done = subprocess.run(
        [compiler, *OPTIONS, *resolution, "check.ts"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout[:2000], done.returncode) == ("", 0)
