"""Shapes of the rota: shifts, absences, who is on duty, and where nobody is."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StringConstraints, model_validator

from care.rota import ROLES
from staff_api.shapes.forms import At, Given, Id, Sent

Role = Literal[tuple(ROLES)]  # type: ignore[valid-type]
Clock = Annotated[time, PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
ClockIn = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Person(Given):
    id: int
    name: str


class OnDuty(Given):
    role: Role
    people: list[Person]


class Shift(Given):
    id: int
    staff_id: int
    name: str
    role: Role
    weekday: int | None = Field(description="Every week on this day, 0 being Monday; or null, and once.")
    on_date: date | None
    starts: Clock = Field(description="On the clinic's wall.")
    ends: Clock = Field(description="When it begins, or before: on the day after.")


class Absence(Given):
    id: int
    staff_id: int
    name: str
    first_day: date
    last_day: date
    cover_id: int | None
    cover: str | None = Field(description="Who takes what is open; null: the whole team.")


class Gap(Given):
    """Nobody is on call."""

    begins: At
    ends: At


class Rota(Given):
    """Who is called, and when. Without any shift, everyone on staff is called at once."""

    on_duty: list[OnDuty] = Field(description="Now.")
    people: list[Person] = Field(description="Everyone on staff.")
    shifts: list[Shift]
    absences: list[Absence]
    gaps: list[Gap] = Field(description="Within the next seven days.")


class NewShift(Sent):
    staff_id: Id
    role: Role
    starts: ClockIn = Field(examples=["08:00"])
    ends: ClockIn = Field(examples=["18:00"])
    weekday: int | None = Field(None, ge=0, le=6, description="Every week; 0 is Monday.")
    on_date: date | None = Field(None, description="Once.")

    @model_validator(mode="after")
    def weekly_or_once(self) -> "NewShift":
        if (self.weekday is None) == (self.on_date is None):
            raise ValueError("Give either a weekday or a date")
        return self


class Made(Given):
    id: int


class NewAbsence(Sent):
    staff_id: Id
    first_day: date
    last_day: date
    cover_id: Id | None = Field(None, description="Who takes what is open; the whole team if nobody.")


class PhoneNumber(Sent):
    phone: str | None = Field(max_length=40, description="With its country code; null for none.", examples=["+44 20 7946 0000"])


class Notice(Given):
    """Something that everyone on staff must see."""

    level: Literal["emergency", "urgent"]
    words: str
    about: int | str | None = Field(description="Where to look: an escalation's id, or `rota`.")


class Notices(Given):
    items: list[Notice]
