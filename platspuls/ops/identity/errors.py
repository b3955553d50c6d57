"""What can go wrong with credentials."""


class IdentityError(Exception):
    """Credentials can't be made, read or written; the sentence says which and what to do."""
