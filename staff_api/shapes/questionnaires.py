"""Questionnaires: which one to offer, and what came of those before."""

from typing import Any

from pydantic import Field

from staff_api.shapes.forms import At, Given, Sent, Words


class NewQuestionnaire(Sent):
    name: Words = Field(description="Such as phq9 or gad7.")


class Offered(Given):
    name: str


class Score(Given):
    id: int
    instrument: str
    total: int | None = Field(description="Nothing unless every item was answered.")
    band: str | None
    completed_at: At
    answers: dict[str, Any] = Field(description="By item.")


class Scores(Given):
    items: list[Score] = Field(description="Oldest first.")
