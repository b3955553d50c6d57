"""What can be wrong with a backup."""


class BackupError(Exception):
    """A backup can't be made or taken back; the sentence says why and what to do."""
