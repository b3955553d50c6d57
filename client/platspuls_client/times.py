"""Times as an evaluator has them: texts, dates, datetimes and pandas Timestamps."""

from datetime import date, datetime, time

When = date | datetime | str
"""A time that is asked for: a local date, an aware datetime, or a text such as 7d, last-week or 2026-W48.

A pandas Timestamp is a datetime. One without a time zone is a local date where it is midnight.
"""


def written(name: str, at: When) -> str:
    """Return how the API is asked for a time; texts are handed on as they are.

    Args:
        name: of the argument, for the refusal.
        at: the time.

    Raises:
        ValueError: a time of day without a time zone, which could be two instants, or no time (NaT).
    """
    if isinstance(at, str):
        return at
    if at != at:  # noqa: PLR0124 - only NaT differs from itself
        raise ValueError(f"{name} is {at}: there is no such time")
    if not isinstance(at, datetime):
        return at.isoformat()
    if at.tzinfo is not None:
        return at.isoformat()
    if at.time() == time.min:
        return at.date().isoformat()
    raise ValueError(f"{name} {at} must have a time zone: without one it could be two instants")
