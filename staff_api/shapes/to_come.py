"""Shapes of what a patient will receive."""

from typing import Literal

from pydantic import Field

from care.to_come import LONGEST
from staff_api.shapes.forms import At, Given, LocalTime, Query


class Ahead(Query):
    days: int = Field(14, ge=1, le=LONGEST)


class Coming(Given):
    at: At
    local: LocalTime = Field(description="On the patient's own wall.")
    kind: Literal["dose", "check_in", "lesson", "visit", "refill", "weekly", "broadcast", "waiting"]
    what: str
    because: str = Field(description="What sends it.")
    depends: str | None = Field(description="On what it depends besides.")


class ToCome(Given):
    """Everything that would leave by itself, in its order. It says nothing of what people write."""

    time_zone: str
    held_back: str | None = Field(description="Why nothing of this leaves as things stand; null if it does.")
    items: list[Coming]
