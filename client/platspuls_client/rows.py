"""Rows as they are streamed, one in memory at a time, or as a data frame."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, overload
from zoneinfo import ZoneInfo

from platspuls_client import frames

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

RowT = TypeVar("RowT")


class Rows(Generic[RowT]):
    """What was asked for: each loop over it asks the API. Raises the errors of `platspuls_client.errors`.

    Args:
        row: the type of its rows.
        read: asks the API, and yields them.
        zone: asks for the time zone of the site.
        question: columns that a frame has in front of them, as files have: what all of them are of.
        in_context: weather and calendar are asked for beside them: an empty frame has their columns too.
    """

    __slots__ = ("_in_context", "_question", "_read", "_row", "_zone")

    def __init__(
        self,
        row: type[RowT],
        read: Callable[[], Iterator[RowT]],
        zone: Callable[[], ZoneInfo],
        question: dict[str, str] | None = None,
        *,
        in_context: bool = False,
    ) -> None:
        self._row = row
        self._read = read
        self._zone = zone
        self._question = question or {}
        self._in_context = in_context

    def __iter__(self) -> Iterator[RowT]:
        return self._read()

    @overload
    def frame(self) -> "pd.DataFrame": ...

    @overload
    def frame(self, library: Literal["pandas"]) -> "pd.DataFrame": ...

    @overload
    def frame(self, library: Literal["polars"]) -> "pl.DataFrame": ...

    def frame(self, library: Literal["pandas", "polars"] = "pandas") -> "pd.DataFrame | pl.DataFrame":
        """Return all rows as a data frame, under the names of the API.

        Whole numbers are nullable int64, lengths of time (`..._ms`, `..._s`) time deltas, keys and names categories.
        Times called `..._utc` are in UTC; all others, `start_local` too, in the time zone of the site.

        Args:
            library: which one makes it; `pip install './client[pandas]'` or `'./client[polars]'` brings it.

        Raises:
            MissingLibraryError: it isn't installed.
        """
        columns = frames.columns(self._row, self._read(), self._question, in_context=self._in_context)
        if library == "polars":
            return frames.to_polars(columns, self._zone())
        return frames.to_pandas(columns, self._zone())
