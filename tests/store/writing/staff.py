"""Commands as the role platspuls_staff runs them."""

import json
from typing import Any

import psycopg

from store.database import Database

SITE = "haninge-entre"
HOURS = {"starts_at": "2026-10-01T17:00:00+02:00", "ends_at": "2026-10-01T19:00:00+02:00"}
ONCE = {"starts_at": "2026-10-01T17:00:00+02:00"}
GIVEN: dict[str, dict[str, Any]] = {
    "activity": {"kind": "concert", "title": "Kör", "space": "gangtunneln", **HOURS},
    "manual_count": {"zone": "bankarna", "tallies": [{"posture": "sitting", "count": 3}], **ONCE},
    "staff_time": {"role": "host", "people": 2, **HOURS},
    "survey": {
        "title": "Höst",
        "mode": "on_site",
        "respondents": 5,
        "questions": [
            {
                "key": "safe",
                "text_sv": "Trygg?",
                "text_en": "Safe?",
                "answers": [{"key": "yes", "text_sv": "Ja", "text_en": "Yes", "count": 3}],
            }
        ],
        **HOURS,
    },
    "incident": {"kind": "damage", **ONCE},
    "note": {"text": "Rulltrappan står still"},
    "day_close": {"day": "2026-10-01", "opening": "as_planned", "disturbances": False},
    "activity_template": {
        "name": "Höst",
        "items": [{"weekday": 4, "from": "17:00", "to": "19:00", "kind": "concert", "title": "Kör"}],
    },
    "round_plan": {
        "name": "Hösten",
        "first": "2026-10-01",
        "until": "2026-10-31",
        "zone": "bankarna",
        "day_types": ["weekday", "saturday"],
        "from_hour": 8,
        "to_hour": 10,
        "rounds_per_stratum": 2,
        "seed": 17,
    },
    "exclusion": {"line": "stationen", "reason": "Ställning", "result_seen": False, **HOURS},
    "study": {"study": "amp", "name_sv": "S", "name_en": "E"},
    "phase": {"study": "amp", "phase": "baseline", "kind": "baseline", "result_seen": False, **HOURS},
}
"""What makes one of each kind. A phase needs the study."""


def run(database: Database, command: str, *arguments: object) -> Any:  # noqa: ANN401 - jsonb holds anything
    """Run a command under the staff's role, in a transaction of its own; return what it returns."""
    given = [json.dumps(value) if isinstance(value, dict) else value for value in arguments]
    with database.transaction():
        database.execute("set local role platspuls_staff")
        asked = f"select writing.{command}({', '.join(['%s'] * len(given))})"
        [(answer,)] = database.execute(asked.encode(), given).fetchall()
        database.execute("reset role")
    return answer


def made(database: Database, entity: str, **fields: object) -> Any:  # noqa: ANN401 - jsonb holds anything
    """Make an entry with some fields changed."""
    verb = "declare" if entity in {"study", "phase"} else "create"
    return run(database, f"{entity}_{verb}", "test", SITE, GIVEN[entity] | fields)


def refusal(database: Database, command: str, *arguments: object) -> tuple[str, str]:
    """Return the SQLSTATE and the sentence with which a command refuses."""
    try:
        answer = run(database, command, *arguments)
    except psycopg.Error as error:
        return error.sqlstate or "", error.diag.message_primary or ""
    raise AssertionError(f"{command} took it: {answer}")
