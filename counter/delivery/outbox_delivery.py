"""Delivers one outbox: messages out, receipts in, from one epoch to the next. It knows no broker, and has no clock."""

from core import wire
from counter.delivery.batch_scheduler import BatchScheduler, DeliveryPolicy, OutgoingBatch
from counter.delivery.published import PublishedNumbers
from counter.errors import OutboxBehindError
from counter.records.meta import Identity
from counter.records.outbox import Outbox


class OutboxDelivery:
    """What is sent of an outbox, and what receipts settle in it. Belongs to one thread."""

    def __init__(self, outbox: Outbox, policy: DeliveryPolicy) -> None:
        """Deliver `outbox`, which this thread opened."""
        self._outbox = outbox
        self._policy = policy
        self._published = PublishedNumbers(outbox.identity)
        self._scheduler = BatchScheduler(policy)

    @property
    def identity(self) -> Identity:
        """The epoch that is delivered; the next connection takes the next."""
        return self._published.identity

    def epoch_has_ended(self) -> bool:
        """Return whether the outbox is in another epoch by now: nothing more is sent of this one."""
        return self._outbox.identity != self.identity

    def connected(self) -> None:
        """Begin on a new connection, in the epoch that the outbox is in."""
        if self.epoch_has_ended():
            self._published = PublishedNumbers(self._outbox.identity)
            self._scheduler = BatchScheduler(self._policy)
        self._scheduler.connected()

    def next_messages(self, now_s: float) -> list[bytes]:
        """Return the messages to send now; none once the counting thread has begun an epoch, with other numbers."""
        batches = self._scheduler.next_batches(self._outbox, now_s)
        if self.epoch_has_ended():
            return []
        for batch in batches:
            self._published.note(batch.ranges())
        return [self._message(batch) for batch in batches]

    def hello(self) -> bytes:
        """Return a message without records: whoever stores it answers with a receipt."""
        return self._message(OutgoingBatch())

    def receive(self, receipt: wire.Receipt, now_s: float) -> None:
        """Settle what a receipt covers, and begin a new epoch where this one has forked.

        Raises OutboxUnavailableError: nothing has changed, the receipt will come again.
        """
        if receipt.epoch != self.identity.epoch:
            return
        settled = self._published.settled(receipt)
        try:
            self._outbox.apply_receipt(receipt, settled)
        except OutboxBehindError as error:
            self._begin_epoch(str(error))
            return
        self._scheduler.received(receipt, now_s, settled)
        if receipt.retire:
            self._begin_epoch("the server has other records under its numbers")

    def _begin_epoch(self, why: str) -> None:
        cause = f"{why}: an older copy of the file was put back, or its card lost what was written last"
        self._outbox.begin_epoch(cause, of=self.identity.epoch, again=self._published.doubtful)

    def _message(self, batch: OutgoingBatch) -> bytes:
        return wire.encode_batch(
            self.identity.epoch,
            [stored.record for stored in batch.records],
            previous_epoch=self.identity.previous_epoch,
            lost=batch.lost,
        )
