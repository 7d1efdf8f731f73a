"""Shapes of the system's own state."""

from pydantic import Field

from staff_api.shapes.forms import At, Given, Query


class Health(Given):
    status: str = Field(examples=["ok"])


class Check(Given):
    ok: bool
    detail: str


class Readiness(Given):
    ready: bool
    checks: dict[str, Check]


class Meta(Given):
    version: str
    clinic: str
    demo: bool
    schema_revision: str | None
    time: At
    languages: list[str]
    scopes: list[str]
    outcomes: list[str]


class EventsAfter(Query):
    after: int | None = Field(None, ge=0, le=2**53 - 1, description="Id of the last event seen; `Last-Event-ID` wins.")
