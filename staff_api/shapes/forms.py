"""What shapes are made of: what comes in is strict, what goes out is read off the clinic's own things."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

A_NUMBER = re.compile(r"\s*[+-]?[0-9._]+(e[+-]?[0-9]+)?\s*", re.IGNORECASE)
LARGEST_ID = 2**53 - 1  # what every JSON reader holds exactly

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
ChatId = Annotated[int, Field(ge=-LARGEST_ID, le=LARGEST_ID)]


def in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


At = Annotated[datetime, PlainSerializer(in_utc, return_type=Annotated[str, Field(json_schema_extra={"format": "date-time"})])]
"""An instant as we give it: UTC, with `Z`."""

LocalTime = Annotated[
    datetime, PlainSerializer(datetime.isoformat, return_type=Annotated[str, Field(json_schema_extra={"format": "date-time"})])
]
"""A wall clock, with its offset."""

WallTime = Annotated[
    time, PlainSerializer(time.isoformat, return_type=Annotated[str, Field(pattern=r"^[0-9]{2}:[0-9]{2}:[0-9]{2}$")])
]
"""A time of day on somebody's wall, which has no offset: in JSON Schema a "time" has one."""

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def on_the_wall(value: object) -> object:
    if value is not None and not (isinstance(value, time) or (isinstance(value, str) and re.match(CLOCK, value))):
        raise ValueError("A time of day without an offset, such as 08:30")
    return value


WallTimeIn = Annotated[
    time, Field(strict=False), BeforeValidator(on_the_wall), WithJsonSchema({"type": "string", "pattern": CLOCK}),
]
"""A time of day on somebody's wall, as it is given to us."""

AtIn = AwareDatetime
"""An instant as it is given to us: the offset is required."""


def no_nul(words: str) -> str:
    if "\0" in words:
        raise ValueError("It holds a NUL character, which is no text")
    return words


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(no_nul)]
"""What a person writes: something, and not more than a message can carry."""

Search = Annotated[str, StringConstraints(max_length=200), AfterValidator(no_nul)]

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(no_nul)]


def flat(annotation: Any) -> set[Any]:
    """What a field may be: the parts of a union, and of what is marked."""
    return {annotation}.union(*(flat(one) for one in get_args(annotation)))


class Sent(BaseModel):
    """A body that a client sends: no field we do not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """The part after the question mark: no parameter we do not know."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def as_written(cls, value: object, info: ValidationInfo) -> object:
        """A number would be taken for the seconds since 1970."""
        kinds = flat(cls.model_fields[str(info.field_name)].annotation)
        if kinds & {date, datetime, AwareDatetime} and isinstance(value, str) and A_NUMBER.fullmatch(value):
            raise ValueError("A day or a moment as ISO 8601 writes it, such as 2026-11-30")
        return value


class Paged(Query):
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    cursor: str | None = Field(
        None, max_length=1000, description="From `next` of the page before.",
        json_schema_extra={"anyOf": [{"type": "string", "maxLength": 1000, "pattern": "^[A-Za-z0-9_-]+$"}, {"type": "null"}]})


class Delta(Paged):
    updated_after: AtIn | None = Field(None, description="Only what has changed since then; its offset is required.")


@dataclass(frozen=True)
class OfRecord:
    """Marks a field that is of the clinical record: whoever may not read that gets what stands `instead`."""

    instead: str | None = None


class Given(BaseModel):
    """What we answer with."""

    model_config = ConfigDict(from_attributes=True)

    def leave_out_the_record(self) -> None:
        """Take out what is of the clinical record, here and in all that this holds."""
        for name, field in type(self).model_fields.items():
            marks = [mark for mark in field.metadata if isinstance(mark, OfRecord)]
            if marks:
                setattr(self, name, marks[0].instead)
            value = getattr(self, name)
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, Given):
                    part.leave_out_the_record()

    @classmethod
    def of(cls, thing: Any) -> Self:
        return cls.model_validate(thing, from_attributes=True)


class Page(Given):
    next: str | None = Field(None, description="Address of the next page; null at the end.")
