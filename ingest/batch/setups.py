"""Ids of setups: registered at the first record that names one, and cached once that is committed."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NewType

from ingest.batch.catalogue import DeviceId
from ingest.batch.parameters import as_json
from store.database import Database, statement

SetupNumber = NewType("SetupNumber", int)
SetupKey = tuple[DeviceId, str]
Setups = Mapping[SetupKey, SetupNumber]

NEW_SETUPS_A_DAY: Final = 20
"""Most setups that one device can make known in a day; whoever sets one up needs a few."""


class SetupRegistry:
    """Registers setups, and caches the ids of those that are committed.

    Args:
        most: cached ids; beyond it the cache is emptied.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._known: dict[SetupKey, SetupNumber] = {}

    def ids(
        self, database: Database, wanted: AbstractSet[SetupKey], minors: Mapping[SetupKey, int] | None = None
    ) -> Setups:
        """Return the ids of these setups, but not of those beyond NEW_SETUPS_A_DAY.

        New ones are registered in the caller's transaction, which locks their devices, each with the minor version of
        the wire that it is named in: 0 where `minors` doesn't say.
        """
        new = wanted - self._known.keys()
        if not new:
            return self._known
        minor_of = minors or {}
        keys = as_json([{"d": of[0], "k": of[1], "v": minor_of.get(of, 0)} for of in sorted(new)])
        database.execute(statement("delivery/setup_register"), {"keys": keys, "most": NEW_SETUPS_A_DAY})
        rows = database.execute(statement("delivery/setup_ids"), {"keys": keys})
        return self._known | {(device_id, key): setup_id for device_id, key, setup_id in rows}

    def remember(self, setups: Setups) -> None:
        """Cache the ids, once the transaction that registered them is committed."""
        if setups is not self._known:
            self._known = dict(setups) if len(setups) <= self._most else {}
