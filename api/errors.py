"""What can go wrong, in the words of the domain. None of these knows HTTP: api/problems.py maps them."""


class ApiError(Exception):
    """Something the API can't answer; its text is for whoever asked."""


class UnauthenticatedError(ApiError):
    """Nobody that we know asks: no key and no login, or one that is wrong, has expired or was revoked."""


class NotAllowedError(ApiError):
    """Somebody asks whom we know, but who may not."""


class RateLimitedError(ApiError):
    """Somebody asks more often than they may.

    Attributes:
        retry_after_s: when they may ask again, in seconds.
    """

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class UnknownPlaceError(ApiError):
    """No site, zone or the like has this key."""


class ParameterError(ApiError):
    """A parameter can't be used; the text names it and its value."""


class FormatError(ApiError):
    """The answer isn't available in the format that was asked for."""


class NotInstalledError(ApiError):
    """What makes this format of an answer isn't installed here."""


class TooMuchAskedError(ApiError):
    """The range is longer than its bucket allows, or the answer than its format."""


class UnknownRecordError(ApiError):
    """Nothing that people wrote has this number."""


class VersionNeededError(ApiError):
    """A change doesn't say which version of the log record was seen."""


class ChangedError(ApiError):
    """The log record has another version than the one that was seen."""


class ConflictError(ApiError):
    """The state of what is there doesn't allow it."""


class TooManyListenersError(ApiError):
    """All places for live streams are taken."""


class DatabaseUnavailableError(ApiError):
    """The database can't be reached now; it passes."""


class DatabaseNotReadyError(ApiError):
    """The database is there, but isn't what the API needs: no schema, an older one, no rights."""


class DiskFullError(ApiError):
    """There is no space here for a file that is being made."""


class TooSlowError(ApiError):
    """The database took longer than it may."""
