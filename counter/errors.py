"""What can go wrong on a device, named by who is to blame."""


class CounterError(Exception):
    """Something ended the counter; the sentence says what and where.

    Attributes:
        exit_code: what the process ends with.
    """

    exit_code: int = 1


class DeviceFileError(CounterError):
    """The device file can't be read or has wrong fields: all of them are listed, one a line."""

    exit_code = 2


class OutboxError(CounterError):
    """The outbox can't be used."""

    exit_code = 3


class OutboxBusyError(OutboxError):
    """Another process counts into the same outbox."""


class OutboxVersionError(OutboxError):
    """The outbox was made by another version of the program, or is no outbox at all."""


class OutboxBehindError(OutboxError):
    """The server has more of this epoch than the outbox made: an older copy of the file was put back."""


class OutboxFullError(OutboxError):
    """The disk is full. Passes by itself when space is back."""


class SourceError(CounterError):
    """The sensor failed, or what stands for one."""

    exit_code = 4


class LinkError(CounterError):
    """The broker can't be reached, refused us or went away. Never fatal: tried again."""
