"""The files of the contracts run in the order of what they declare, and declare exactly what they use."""

import re
from pathlib import Path

import pytest

from store.contracts import ContractError, ContractFile, contract_files

FILES = {file.name: file for file in contract_files()}


def code_of(file: ContractFile) -> str:
    return re.sub("--[^\n]*", "", file.path.read_text("utf-8"))


MADE = {
    made: file.name
    for file in FILES.values()
    for made in re.findall(r"create (?:domain|function|view) (\w+\.\w+)", code_of(file))
}
"""Which file makes each view, function and domain."""


def written(folder: Path, **files: str) -> Path:
    for name, needs in files.items():
        path = folder / "reading" / "subject" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"-- needs: {line}\n" for line in needs.splitlines()) + "select 1;\n")
    return folder


@pytest.mark.parametrize("file", FILES.values(), ids=lambda file: file.name)
def test_a_file_declares_exactly_what_it_uses(file: ContractFile) -> None:
    used = {MADE[name] for name in re.findall(r"\b(?:reading|writing)\.\w+", code_of(file))}
    assert used - {file.name} == file.needs


def test_every_file_makes_what_it_is_named_after_or_several_of_its_subject() -> None:
    for file in FILES.values():
        made = [name for name, by in MADE.items() if by == file.name]
        assert file.name in made or len(made) > 1, file.path


def test_files_run_after_what_they_need(tmp_path: Path) -> None:
    folder = written(tmp_path, a="reading.z", m="reading.a, reading.y\nreading.z", y="", z="")
    order = [file.name for file in contract_files(folder)]
    assert order.index("reading.z") < order.index("reading.a") < order.index("reading.m")
    assert order.index("reading.y") < order.index("reading.m")


def test_a_needed_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"a\.sql needs reading\.b, and there is no such file"):
        contract_files(written(tmp_path, a="reading.b"))


def test_files_that_need_each_other_are_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"need each other: reading\.a -> reading\.b -> reading\.a"):
        contract_files(written(tmp_path, a="reading.b", b="reading.a"))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, a="")
    (folder / "reading" / "a.sql").touch()
    with pytest.raises(ContractError, match=r"reading\.a is made by two files"):
        contract_files(folder)
