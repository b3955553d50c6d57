"""The day that a page is asked for."""

from datetime import date
from typing import Annotated

from fastapi import Query

AskedDay = Annotated[
    date | None, Query(ge=date(2000, 1, 1), le=date(2200, 1, 1), description="A local day; left out: today.")
]
