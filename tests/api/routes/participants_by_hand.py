"""Drawn activities, and what their participants add up to, worked out in plain Python."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

GENDERS = ("woman", "man", "other", "unknown")
AGES = ("0-6", "25-44", "65+", "unknown")


def drawn_activity(chance: random.Random) -> dict[str, Any]:
    """Return an activity of October 2026 or around it, whose groups are by gender, age, both, or several of these."""
    starts = datetime(2026, 9, 29, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 35))
    kind = chance.choice(["concert", "market", "talk"])
    fields: dict[str, Any] = {"kind": kind, "title": "x", "starts_at": starts.isoformat()}
    fields["ends_at"] = (starts + timedelta(hours=2)).isoformat()
    if kind == "talk" or chance.random() < 0.2:
        return fields | [{}, {"status": "planned"}, {"status": "cancelled"}, {"status": "held"}][starts.hour % 4]
    total = chance.randrange(60)
    groups: list[dict[str, Any]] = []
    for keys in (("gender",), ("age",), ("gender", "age")):
        left = total
        for gender, age in itertools.product(GENDERS, AGES) if chance.random() < 0.5 else ():
            group = {name: value for name, value in (("gender", gender), ("age", age)) if name in keys}
            if chance.random() < 0.5 and not any({**group, "count": other["count"]} == other for other in groups):
                group["count"] = count = chance.randrange(left + 1)
                left -= count
                groups.append(group)
    method = chance.choice(["counted", "estimated"])
    figure = (
        [{}, {"figure": "peak"}, {"figure": "any_time"}][starts.hour % 3] if kind == "market" else {"figure": "peak"}
    )
    return {**fields, "participants": {"method": method, "total": total, "groups": groups, **figure}}


def by_hand_participants(activities: list[dict[str, Any]], names: tuple[str, ...]) -> dict[tuple[Any, ...], list[Any]]:
    """Return activities, noted ones, participants, estimated ones, the most at once and the figure, by kind and group.

    What was only planned, or cancelled, is none.
    """
    found: dict[tuple[Any, ...], list[Any]] = {}
    activities = [one for one in activities if one.get("status", "held") == "held"]
    for kind in {one["kind"] for one in activities}:
        of = [one for one in activities if one["kind"] == kind]
        noted = [one["participants"] for one in of if "participants" in one]
        if not noted:
            found[kind, None, None] = [len(of), 0, None, None, None, None]
        figures = {one.get("figure") for one in noted}
        figure = None if figures == {None} else figures.pop() if len(figures) == 1 else "mixed"
        for one in noted:
            people = group_counts(one, names)
            for (gender, age), count in people.items():
                row = found.setdefault((kind, gender, age), [len(of), len(noted), 0, 0, 0, figure])
                row[2] += count
                row[3] += count if one["method"] == "estimated" else 0
                row[4] = max(row[4], count)
    return found


def group_counts(participants: dict[str, Any], names: tuple[str, ...]) -> dict[tuple[str | None, str | None], int]:
    """Return the people of one activity by what is asked for: of the sort of groups that counts most, and the rest."""
    sorts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for group in participants["groups"]:
        sorts.setdefault(tuple(name for name in ("gender", "age") if name in group), []).append(group)
    fitting = [groups for sort, groups in sorted(sorts.items(), key=lambda item: len(item[0])) if {*names} <= {*sort}]
    taken = max(fitting, key=lambda groups: sum(group["count"] for group in groups), default=[]) if names else []
    rest = participants["total"] - sum(group["count"] for group in taken)
    unknown = dict.fromkeys(names, "unknown")
    found: dict[tuple[str | None, str | None], int] = {(unknown.get("gender"), unknown.get("age")): rest}
    for group in taken:
        key = tuple(group[name] if name in names else None for name in ("gender", "age"))
        found[key] = found.get(key, 0) + group["count"]  # type: ignore[index]  # two of them
    return found
