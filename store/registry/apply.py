"""Writes a site file to the store, in one transaction."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from core.site_file.document import SiteFile
from store.database import Database, statement, transaction
from store.registry.parts import Field, PartKind
from store.registry.plan import PartAction, PartChange, SitePlan, planned
from store.registry.stored import lock, multirange

_BY_DATE: Final = (PartKind.HOURS, PartKind.EXCEPTION, PartKind.CALENDAR)
"""Kinds that nothing refers to. They are taken away before others are written, since those may take their place."""


class PlanRefusedError(Exception):
    """The file can't be applied without harm to stored data; `plan` says why."""

    def __init__(self, plan: SitePlan) -> None:
        """Keep the plan."""
        super().__init__("; ".join(plan.refusals))
        self.plan = plan


def apply(database: Database, file: SiteFile, by: str = "site-file") -> SitePlan:
    """Make the store agree with the file, all or nothing, and return what was changed.

    The site's version rises by one when anything changed, and the audit says what, and by whom; with no changes nothing
    is written.

    Raises:
        PlanRefusedError: something would orphan stored data; nothing was written.
        DatabaseAwayError, NotReadyError: the database is away, or lacks the schema or the right to write.
    """
    with transaction(database):
        lock(database, file.site.key)
        plan = planned(database, file)
        if plan.refusals:
            raise PlanRefusedError(plan)
        if plan.changes:
            _write(database, file, plan.changes)
            _note(database, file.site.key, by, plan.changes)
    return plan


def _write(database: Database, file: SiteFile, changes: Sequence[PartChange]) -> None:
    shared: dict[str, Field] = {
        "site": file.site.key,
        "file_sha256": hashlib.sha256(file.model_dump_json().encode()).hexdigest(),
    }
    for change in changes:
        if change.part.kind in _BY_DATE and change.action is not PartAction.ADD:
            _run(database, "delete", change, shared)
    for change in changes:
        if change.action is not PartAction.REMOVE:
            _run(database, "write", change, shared)
    for change in reversed(changes):
        if change.part.kind not in _BY_DATE and change.action is PartAction.REMOVE:
            _run(database, "delete", change, shared)
    if (PartKind.SITE, PartAction.ADD) not in {(change.part.kind, change.action) for change in changes}:
        database.execute(statement("registry/raise_version"), shared)


def _note(database: Database, site: str, by: str, changes: Sequence[PartChange]) -> None:
    """Note the changes in the audit, so that what was made of numbers before can be told from what is made now."""
    said = [
        {"kind": change.part.kind, "key": change.part.key, "action": change.action.name.lower(), "text": change.text}
        for change in changes
    ]
    noted = {"by": by, "site": site, "changes": json.dumps(said, ensure_ascii=False)}
    database.execute(statement("registry/note_changes"), noted)


def _run(database: Database, verb: str, change: PartChange, shared: dict[str, Field]) -> None:
    fields = {**change.part.identity, **change.part.fields}
    values = {name: multirange(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    if (verb, change.part.kind) == ("delete", PartKind.DEVICE):
        database.execute(statement("registry/delete/device_status"), {**shared, **values})
    database.execute(statement(f"registry/{verb}/{change.part.kind}"), {**shared, **values})
