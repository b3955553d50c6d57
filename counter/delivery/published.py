"""What this device has published itself since it opened its outbox: a receipt settles nothing else.

A card image that was put back, or a card that lost its last commits, makes other records under numbers that the server
has settled. Its receipts name these numbers, although it hasn't compared the new records yet. So what was not published
is settled by no receipt. Of what was published, a receipt may be the answer to a message of the start before, however
late it comes: all that receipts have settled since the opening is *doubtful*. When the server then finds that the epoch
has forked, it is sent again in the next epoch, where what is the same is counted once.

A rewind answers no message: it names all that the server has, and settles nothing.
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

    def note(self, numbers: Ranges) -> None:
        """Note what is published now."""
        self.numbers = self.numbers.union(numbers)

    def settled(self, receipt: wire.Receipt) -> Ranges:
        """Return what a receipt of this epoch settles, and note it as doubtful."""
        found = NONE if receipt.rewind else covered_by(receipt).both(self.numbers)
        self.doubtful = self.doubtful.union(found)
        return found
