"""The client in a fresh environment: itself alone, its page at work, and never what an index offers under its name."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import platspuls
from platspuls.embedded.postgres import Cluster
from tests.docs.blocks import ROOT, blocks
from tests.support.served import served

pytestmark = pytest.mark.full

OURS = {"api", "core", "counter", "dashboards", "ingest", "platspuls", "platspuls_client", "sim", "store", "tests"}
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of an environment that holds nothing."""
    venv.create(tmp_path / "venv", with_pip=False)
    return tmp_path / "venv" / "bin" / "python"


def install(python: Path, *wishes: str) -> None:
    command = [*PIP, "--python", str(python), "install", "--constraint", str(ROOT / "constraints.txt"), *wishes]
    subprocess.run(command, cwd=ROOT, check=True)


def packages(python: Path) -> set[str]:
    [folder] = python.parents[1].glob("lib/python*/site-packages")
    return {path.name for path in folder.iterdir()} & OURS


@pytest.mark.timeout(600)
def test_it_installs_itself_alone_and_its_page_runs(python: Path, cluster: Cluster, tmp_path: Path) -> None:
    install(python, "./client[pandas]")
    assert packages(python) == {"platspuls_client"}
    with served(cluster, "client_install") as world:
        code = "\n".join(blocks("docs/client.md", "python")).replace("http://127.0.0.1:8420", world.address)
        subprocess.run([python, "-I", "-c", code], cwd=tmp_path, check=True)


@pytest.mark.timeout(600)
def test_an_index_with_a_higher_version_of_its_name_is_not_asked(python: Path, tmp_path: Path) -> None:
    """Nobody owns `platspuls-client` in an index: somebody else may upload anything under it."""
    index = hostile_index(tmp_path / "index")
    bait = tmp_path / "by-name"
    install(python, "--extra-index-url", index, "--no-deps", "--target", str(bait), "platspuls-client")
    assert "hostile" in (bait / "platspuls_client" / "__init__.py").read_text()
    install(python, "--extra-index-url", index, "./client", ".")
    assert packages(python) > {"platspuls_client", "platspuls"}
    code = "import platspuls_client; print(platspuls_client.__version__)"
    said = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == platspuls.__version__


def hostile_index(folder: Path) -> str:
    """Make an index that offers a `platspuls-client` of a higher version; return its address."""
    page = folder / "platspuls-client"
    page.mkdir(parents=True)
    name = "platspuls_client-99.0-py3-none-any.whl"
    information = "platspuls_client-99.0.dist-info"
    with zipfile.ZipFile(page / name, "w") as wheel:
        wheel.writestr("platspuls_client/__init__.py", '__version__ = "hostile"\n')
        wheel.writestr(f"{information}/METADATA", "Metadata-Version: 2.1\nName: platspuls-client\nVersion: 99.0\n")
        wheel.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{information}/RECORD", "")
    (page / "index.html").write_text(f'<a href="{name}">{name}</a>')
    return folder.as_uri()
