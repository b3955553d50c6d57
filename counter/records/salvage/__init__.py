"""What can still be read of an outbox: whether it can be trusted, and a new one made of the rest."""
