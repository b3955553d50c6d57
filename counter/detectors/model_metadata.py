"""What Ultralytics writes beside or into an exported model: its task and the names of its classes."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TASK: Final = re.compile(r"^task: *(\w+) *$", re.MULTILINE)
_NAMES: Final = re.compile(r"^names: *\n((?: +\d+:.*\n?)+)", re.MULTILINE)
_NAME: Final = re.compile(r"^ +(\d+): *(.*?) *$", re.MULTILINE)
_MOST_BYTES: Final = 1_000_000


def task_and_names(metadata: Path) -> tuple[str, dict[int, str]]:
    """Return the task and class -> name as a metadata.yaml has them; "" and nothing where it doesn't.

    Only these two lists are read, which YAML writes on lines of their own.
    """
    if not metadata.is_file() or metadata.stat().st_size > _MOST_BYTES:
        return "", {}
    text = metadata.read_text("utf-8", errors="replace")
    task = _TASK.search(text)
    block = _NAMES.search(text)
    names = {int(number): name.strip("'\"") for number, name in _NAME.findall(block[1])} if block else {}
    return task[1] if task else "", names


def names_of(written: Mapping[str, str]) -> dict[int, str]:
    """Return class -> name as the metadata of an ONNX file has them; nothing where they don't."""
    try:
        names = ast.literal_eval(written.get("names", "{}"))
    except (ValueError, SyntaxError):
        return {}
    if not isinstance(names, dict):
        return {}
    return {number: name for number, name in names.items() if isinstance(number, int) and isinstance(name, str)}
