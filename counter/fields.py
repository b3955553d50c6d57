"""What the tables of a device file share: how they are checked, and kinds of fields."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, ValidationInfo

from core import wire


class StrictTable(BaseModel):
    """A table of a file that somebody writes by hand: unknown keys, and numbers that are not finite, are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _check_key(value: str) -> str:
    if not wire.is_key(value):
        raise ValueError(f"must be lower case letters, digits and single hyphens, at most {wire.KEY_LENGTH}")
    return value


def _from_folder(value: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path())
    return folder / value


def _check_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError(f"there is no such file: {value}")
    return value


def _check_exists(value: Path) -> Path:
    if not value.exists():
        raise ValueError(f"there is no such file or folder: {value}")
    return value


Key = Annotated[str, AfterValidator(_check_key)]
Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
Number = Annotated[float, Strict()]
Point = tuple[Number, Number]
RelativePath = Annotated[Path, AfterValidator(_from_folder)]
"""A path, relative to the device file unless absolute."""
ExistingFile = Annotated[RelativePath, AfterValidator(_check_file)]
ExistingPath = Annotated[RelativePath, AfterValidator(_check_exists)]
"""An existing file or folder."""
