"""What this device has published itself since it opened its outbox: a receipt settles nothing else.

A card image that was put back, or a card that lost its last commits, makes other records under numbers that the server
has settled. Its receipts name these numbers, although it hasn't compared the new records yet. So what was not published
is settled by no receipt, and of what was published, numbers that the first receipt covers are *doubtful*: the server
may have had them before. When it then finds that they are others, they are sent again in the next epoch.
"""

from core import wire
from core.ranges import NONE, Ranges
from counter.records.meta import Identity
from counter.records.outbox import covered_by


class PublishedNumbers:
    """The numbers of one epoch that were published, from the opening of an outbox on. Belongs to one thread."""

    def __init__(self, identity: Identity) -> None:
        """Begin with nothing published of an epoch."""
        self.identity = identity
        self.numbers = NONE
        self.doubtful = NONE
        self._settled_before: Ranges | None = None

    def note(self, numbers: Ranges) -> None:
        """Note what is published now."""
        self.numbers = self.numbers.union(numbers)

    def settled(self, receipt: wire.Receipt) -> Ranges:
        """Return what a receipt of this epoch settles, and note which of it is doubtful."""
        covered = covered_by(receipt)
        if self._settled_before is None:
            self._settled_before = covered
        found = covered.both(self.numbers)
        self.doubtful = self.doubtful.union(found.both(self._settled_before))
        return found
