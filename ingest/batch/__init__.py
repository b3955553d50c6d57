"""A batch of messages on its way into the store: looked up, classified, written in one transaction."""
