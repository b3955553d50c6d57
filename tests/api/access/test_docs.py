"""docs/access.md says what the program does."""

import re

from api.access.middleware import MOST_BODY_BYTES
from api.access.roles import ROLES_WITH, Right, Role
from api.public.suppression import K
from api.settings import ApiSettings
from tests.docs.blocks import text

PAGE = text("docs/access.md")


def test_the_table_of_rights_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|", PAGE, re.MULTILINE)
    roles = [Role.PUBLIC, Role.STAFF, Role.EVALUATOR, Role.FUNDER, Role.ADMIN]
    documented = {row[0]: {role for role, word in zip(roles, row[1:], strict=True) if word == "yes"} for row in rows}
    assert documented == {right.value: set(ROLES_WITH[right]) for right in Right}


def test_the_numbers_are_those_of_the_program() -> None:
    fields = ApiSettings.model_fields
    assert f"{fields['requests_per_minute'].default} requests a minute" in PAGE
    assert f"and {fields['request_burst'].default} at once" in PAGE
    assert f"({fields['access_keep_s'].default:.0f} unless set)" in PAGE
    assert f"ends within {fields['live_heartbeat_s'].default:.0f}" in PAGE.replace("end within", "ends within")
    assert (MOST_BODY_BYTES, K) == (1 << 20, 5)
