"""Tables of the pages: a row that stands apart from its head is shown as a line of text."""

import re

import pytest

from tests.docs.blocks import PAGES, text

_TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
_HEAD = re.compile(r"\|.*\|\n\|(?: *:?-+:? *\|)+\n")


@pytest.mark.parametrize("page", PAGES)
def test_every_row_belongs_to_a_table_with_a_head(page: str) -> None:
    apart = [found[0] for found in _TABLE.finditer(text(page)) if not _HEAD.match(found[0])]
    assert apart == []
