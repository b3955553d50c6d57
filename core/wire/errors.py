"""What decoding may raise, and nothing else."""


class WireError(Exception):
    """A message or topic that this version of the wire does not accept."""

    code: str = "invalid"


class TopicError(WireError):
    """The topic is none of platspuls/v1/{site}/{device}/{kind}."""

    code = "topic"


class TooLargeError(WireError):
    """The message is larger, or has more parts, than the wire allows."""

    code = "size"


class InvalidError(WireError):
    """The message is not JSON of the agreed form; the sentence names the field and the value."""

    code = "invalid"


class UnknownFieldError(WireError):
    """The message has a field that the wire does not know. Its value is not repeated anywhere."""

    code = "unknown_field"


class NewerVersionError(WireError):
    """The message was written by a newer minor version: it is held until the server is updated."""

    code = "newer_version"
