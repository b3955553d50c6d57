"""Topics: built and parsed here alone."""

import enum
import re
from typing import Final

from msgspec import Struct

from core.wire.errors import TopicError
from core.wire.limits import MAJOR, ROOT

KEY_PATTERN: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""Read alike by JSON Schema and Rust's regex (pydantic). In Python `$` would let a line break follow: use is_key."""
KEY_LENGTH: Final = 40


class Kind(enum.StrEnum):
    """The last level of a topic."""

    RECORDS = "records"
    LIVE = "live"
    STATUS = "status"
    RECEIPT = "receipt"


class Topic(Struct, frozen=True):
    """One topic of one device."""

    site: str
    device: str
    kind: Kind

    def __str__(self) -> str:
        """Return the topic as it stands on the broker."""
        return f"{ROOT}/v{MAJOR}/{self.site}/{self.device}/{self.kind}"


def parse_topic(text: str) -> Topic:
    """Read a topic. Raises TopicError with the part that is wrong."""
    match text.split("/"):
        case [root, version, site, device, kind] if root == ROOT and version == f"v{MAJOR}":
            _check_key("site", site, text)
            _check_key("device", device, text)
            if kind not in list(Kind):
                raise TopicError(f"topic {text[:200]!r}: kind {kind[:40]!r} is none of {', '.join(Kind)}")
            return Topic(site, device, Kind(kind))
        case _:
            raise TopicError(f"topic {text[:200]!r} is not {ROOT}/v{MAJOR}/{{site}}/{{device}}/{{kind}}")


def subscription(kind: Kind, share: str | None = None) -> str:
    """Return the filter for one kind from every device; with `share`, a shared subscription of that name."""
    plain = f"{ROOT}/v{MAJOR}/+/+/{kind}"
    return f"$share/{share}/{plain}" if share else plain


def is_key(text: str) -> bool:
    """Tell whether `text` may name a site, space, line, zone or device."""
    return len(text) <= KEY_LENGTH and re.fullmatch(KEY_PATTERN, text) is not None


def _check_key(name: str, value: str, topic: str) -> None:
    if not is_key(value):
        raise TopicError(
            f"topic {topic[:200]!r}: {name} {value[:60]!r} must be at most {KEY_LENGTH} lower case letters, digits"
            " and single hyphens"
        )
