"""From the outbox to the broker, and back with receipts."""
