"""Shapes of the system's own state."""

from typing import Any

from pydantic import Field

from staff_api.shapes.forms import At, AtIn, Given, Query


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


class EventsWanted(Query):
    after: int | None = Field(None, ge=0, le=2**53 - 1, description="Id of the last event seen: `last` of the page before.")
    updated_after: AtIn | None = Field(None, description="Where to begin, without `after`; about a minute earlier.")
    limit: int = Field(200, ge=1, le=500, description="How many are looked at, at most.")


class LoggedEvent(Given):
    id: int
    at: At
    kind: str = Field(examples=["EscalationOpened"])
    actor: str
    patient_id: int | None
    facts: dict[str, Any] = Field(description="Ids and keys, never a patient's words.")


class EventLog(Given):
    items: list[LoggedEvent]
    last: int = Field(description="Ask with this as `after` for what follows. Unchanged: nothing has happened since.")


class EventsAfter(Query):
    after: int | None = Field(None, ge=0, le=2**53 - 1, description="Id of the last event seen; `Last-Event-ID` wins.")
