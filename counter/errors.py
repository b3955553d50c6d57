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


class DetectorError(CounterError):
    """The weights can't be used: missing, of another task, without people, or their library is not installed."""

    exit_code = 2


class ClipError(CounterError):
    """The clip can't be counted: no video, empty, or its rate changes."""

    exit_code = 2


class TruthError(CounterError):
    """Manual counts can't be compared: wrong fields, or sessions that cut records."""

    exit_code = 2


class OutboxError(CounterError):
    """The outbox can't be used."""

    exit_code = 3


class OutboxBusyError(OutboxError):
    """Another process counts into the same outbox."""


class OutboxVersionError(OutboxError):
    """The outbox was made by another version of the program, or is not an outbox at all."""


class OutboxBehindError(OutboxError):
    """The server has more of this epoch than the outbox made: an older copy of the file was put back."""


class OutboxUnavailableError(OutboxError):
    """The outbox can't be read or written now: no more open files, an I/O error, a disk that became read-only.

    Passes by itself when its cause does: it is retried, and counting goes on meanwhile.
    """


class OutboxFullError(OutboxUnavailableError):
    """The disk is full. Passes by itself when space is back."""


class SourceError(CounterError):
    """The sensor failed, or what stands for one."""

    exit_code = 4


class SensorError(SourceError):
    """A sensor does not answer, or answers nonsense. Retried: its time is missing until it answers."""


class HungError(CounterError):
    """A part of the counter hangs: its heartbeat timed out, and only a restart helps."""

    exit_code = 6


class UnsettledError(CounterError):
    """The source has ended, and the server has not settled all of its records."""

    exit_code = 5


class BrokerConnectionError(CounterError):
    """The broker can't be reached, refused the connection or closed it. Never fatal: retried."""


class SessionTakenOverError(BrokerConnectionError):
    """Another program connected under this device's name, and the broker closed this connection for it."""
