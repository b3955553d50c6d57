"""What all rows and answers are: frozen, and refusing a column that they don't know."""

from pydantic import BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """A row or an answer: it doesn't change, and refuses a field that it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
