"""docs/site-file.md tells of every key that a site file may have."""

import re

import pytest
from pydantic import BaseModel

from core.site_file import document as model
from tests.store.registry.example import DOCS

SECTIONS: dict[str, type[BaseModel]] = {
    "[site]": model.SiteSpec,
    "[[hours]]": model.HoursSpec,
    "[[exceptions]]": model.ExceptionSpec,
    "[[calendar]]": model.CalendarSpec,
    "[[spaces]]": model.SpaceSpec,
    "[[borders]]": model.BorderSpec,
    "[[lines]]": model.LineSpec,
    "[[zones]]": model.ZoneSpec,
    "[[devices]]": model.DeviceSpec,
}


@pytest.mark.parametrize("section", SECTIONS)
def test_the_table_of_a_section_has_its_keys(section: str) -> None:
    table = DOCS.read_text("utf-8").partition(f"## `{section}`")[2].partition("\n## ")[0]
    documented = {
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    fields = SECTIONS[section].model_fields
    assert documented == {field.alias or name for name, field in fields.items()}


def test_every_section_is_documented() -> None:
    assert {heading.strip("[]") for heading in SECTIONS} == set(model.SiteFile.model_fields)
