"""Answers as Parquet: typed columns, times in UTC and as clocks show them, and what the file is about as metadata."""

from collections.abc import Mapping, Sequence
from typing import IO, Any, Final

import pyarrow as pa
from pyarrow import parquet

from api.tables.table import Column, ColumnKind

_TYPES: Final = {
    ColumnKind.TEXT: pa.dictionary(pa.int32(), pa.string()),
    ColumnKind.OFFSET: pa.dictionary(pa.int32(), pa.string()),
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.BOOLEAN: pa.bool_(),
    ColumnKind.LIST: pa.list_(pa.string()),
    ColumnKind.INSTANT: pa.timestamp("ms", tz="UTC"),
    ColumnKind.LOCAL: pa.timestamp("ms"),
}


class ParquetWriter:
    """Writes rows as a Parquet file: a row group for each batch. The same rows make the same bytes.

    `described` is what the file says of itself, as metadata.
    """

    __slots__ = ("_columns", "_schema", "_writer")

    def __init__(self, file: IO[bytes], columns: Sequence[Column], described: Mapping[str, str]) -> None:
        self._columns = columns
        self._schema = pa.schema([_field(column) for column in self._columns], metadata=dict(described))
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write these rows as a row group."""
        if not rows:
            return
        values = zip(self._columns, zip(*rows, strict=True), strict=True)
        self._writer.write_table(pa.table([_array(column, given) for column, given in values], schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def _field(column: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    return pa.field(column.name, _TYPES[column.kind], metadata={"description": column.meaning})


def _array(column: Column, values: Sequence[Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    if column.kind in {ColumnKind.TEXT, ColumnKind.OFFSET}:
        return pa.array(values, pa.string()).dictionary_encode()
    if column.kind in {ColumnKind.INSTANT, ColumnKind.LOCAL}:
        return pa.array([None if value is None else value * 1000 for value in values], pa.int64()).cast(
            _TYPES[column.kind]
        )
    return pa.array(values, _TYPES[column.kind])
