"""Appointments, in and out: sites, calendars, visit types, free times, visits, the waiting list."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from staff_api.shapes.forms import At, AtIn, Given, Id, LocalTime, Name, OfRecord, Query, Sent, WallTimeIn, Words

Clock = Annotated[time, PlainSerializer(lambda clock: f"{clock:%H:%M}", return_type=str)]
Mode = Literal["in_person", "phone", "video"]
State = Literal["held", "lapsed", "pending", "booked", "arrived", "fulfilled", "noshow", "cancelled"]
Urgency = Literal["urgent", "soon", "routine"]
Part = Literal["morning", "afternoon"]
ByLanguage = Annotated[dict[str, Name], Field(min_length=1, description="By language, such as en or pt-BR.")]


class PlaceIn(Sent):
    """What is left out is as the clinic has it."""

    address: Name | None = Field(None, description="And how to find it, as patients read it.")
    time_zone: Name | None = Field(None, description="IANA name.", examples=["Europe/Madrid"])
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(None, description="Whose holidays close it.")


class Place(Given):
    """A site, and where it is."""

    id: int
    name: str
    address: str | None
    time_zone: str
    country: str


class Places(Given):
    items: list[Place]


class HoursIn(Sent):
    weekday: Annotated[int, Field(ge=0, le=6)] = Field(description="0 is Monday.")
    starts: WallTimeIn
    ends: WallTimeIn = Field(description="00:00 is midnight.")


class NewCalendar(Sent):
    site_id: Id
    kind: Literal["clinician", "room", "equipment"]
    name: Name = Field(description="As patients read it.")
    staff_id: Id | None = Field(None, description="Whose absences in the rota are leave here too.")
    hours: list[HoursIn] = Field(default_factory=list, max_length=100)


class WeeklyHours(Sent):
    hours: list[HoursIn] = Field(max_length=100)


class NewException(Sent):
    """Leave, or another time at which it is closed; with `opens` one at which it is open beside its hours."""

    first_day: date
    last_day: date
    starts: WallTimeIn | None = Field(None, description="Left out with `ends`: the whole day.")
    ends: WallTimeIn | None = None
    opens: bool = False
    why: Annotated[str, Field(max_length=200)] = ""


class NewClosedDays(Sent):
    """Days on which nobody is there; with `opens` a public holiday, or a day of the settings, on which somebody is."""

    first_day: date
    last_day: date
    site_id: Id | None = Field(None, description="Left out: the whole clinic, its office too.")
    opens: bool = False
    why: Annotated[str, Field(max_length=200)] = ""


class ClosedDays(Given):
    id: int
    site_id: int | None = Field(description="None: the whole clinic, its office too.")
    first_day: date
    last_day: date
    opens: bool
    why: str
    added_by: str


class ClosedDaysList(Given):
    items: list[ClosedDays]


class Hours(Given):
    weekday: int
    starts: Clock
    ends: Clock


class CalendarException(Given):
    id: int = Field(description="0 for an absence in the rota.")
    first_day: date
    last_day: date
    starts: Clock | None
    ends: Clock | None
    opens: bool
    why: str


class Calendar(Given):
    """A clinician, a room or a piece of equipment (FHIR: the actor of a Schedule)."""

    id: int
    site_id: int
    kind: str
    name: str
    zone: str
    staff_id: int | None
    hours: list[Hours]
    exceptions: list[CalendarException] = Field(description="Those that are not over.")


class Calendars(Given):
    items: list[Calendar]


class InstructionIn(Sent):
    hours: Annotated[int, Field(ge=0, le=1440)] = Field(description="Said so many hours before the visit.")
    texts: dict[str, Words]


class VisitTypeIn(Sent):
    names: ByLanguage
    minutes: int
    needs: list[list[Id]] = Field(description="Of each need one of these calendars, in the order in which they are taken.")
    step_minutes: int | None = Field(None, description="Visits begin so far apart; as long as the visit itself if left out.")
    before_minutes: int = Field(0, description="Kept free of other visits before it.")
    after_minutes: int = 0
    modes: list[Mode] = ["in_person"]
    seats: int = Field(1, description="More than one: a group.")
    by_patients: bool = True
    programmes: list[Name] = Field(default_factory=list, description="Only for patients in one of these; empty: for all.")
    needs_approval: bool = False
    notice_minutes: int = Field(120, description="Patients book at least so long ahead.")
    ahead_days: int = 60
    cancel_minutes: int = Field(1440, description="Up to so long before it, patients move and cancel it by themselves.")
    instructions: list[InstructionIn] = Field(default_factory=list)


class Instruction(Given):
    hours: int
    texts: dict[str, str]


class VisitType(Given):
    id: int
    names: dict[str, str]
    minutes: int
    step_minutes: int
    before_minutes: int
    after_minutes: int
    modes: list[Mode]
    seats: int
    by_patients: bool
    programmes: list[str]
    needs_approval: bool
    notice_minutes: int
    ahead_days: int
    cancel_minutes: int
    instructions: list[Instruction]
    needs: list[list[int]]


class VisitTypes(Given):
    items: list[VisitType]


class Wanted(Query):
    visit_type_id: Id
    site_id: Id
    first_day: date = Field(description="On the site's wall.")
    days: int = Field(7, ge=1, le=62)
    calendar_id: Id | None = Field(None, description="Only with this clinician, or in this room.")


class FreeSlot(Given):
    """FHIR: a free Slot. Computed, not kept: it is free until somebody books it."""

    starts_at: At
    local: LocalTime = Field(description="On the site's wall.")
    calendars: list[int]


class FreeSlots(Given):
    items: list[FreeSlot]


class Day(Query):
    site_id: Id
    day: date


class Appointment(Given):
    """FHIR: an Appointment."""

    id: int
    patient_id: int
    patient: str
    visit_type_id: int
    visit_type: str
    site_id: int
    starts_at: At
    ends_at: At
    local: LocalTime = Field(description="When it begins, on the site's wall.")
    mode: Mode
    state: State
    moves: int | None = Field(description="Asked for as a new time of that visit.")
    people: list[str]
    rooms: list[str]
    confirmed_at: At | None = Field(description="When the patient said that they come.")
    arrived_at: At | None = Field(description="When they came, or joined the visit by video.")
    series_id: int | None
    overbooked_why: Annotated[str | None, OfRecord()]
    note: Annotated[str | None, OfRecord()]
    sequence: int
    made_by: str
    made_at: At
    ended_why: str | None


class Appointments(Given):
    items: list[Appointment]


class CallListItem(Given):
    appointment: Appointment
    why: str


class CallList(Given):
    items: list[CallListItem]


class VisitChange(Given):
    """Something that happened to a visit."""

    id: int
    at: At
    patient_id: int
    patient: str
    appointment_id: int
    what: str
    visit_type: str
    starts: LocalTime = Field(description="When it was to begin then, on the site's wall.")
    by: str


class VisitChanges(Given):
    items: list[VisitChange]


class Recurrence(Sent):
    weeks: Annotated[int, Field(ge=1, le=52)] = Field(1, description="Every so many weeks.")
    count: Annotated[int, Field(ge=1, le=52)]


class Booking(Sent):
    visit_type_id: Id
    site_id: Id
    starts_at: AtIn = Field(examples=["2026-12-03T10:40:00+00:00"])
    mode: Mode | None = Field(None, description="The visit type's first one if left out.")
    calendar_id: Id | None = Field(None, description="With this clinician, or in this room.")
    note: Words | None = Field(None, description="What it is about, for staff.")
    repeat: Recurrence | None = Field(None, description="A series: all are booked, or none.")


class Overbooking(Sent):
    visit_type_id: Id
    site_id: Id
    starts_at: AtIn
    why: Words = Field(description="Kept with the visit.")
    mode: Mode | None = None
    calendar_id: Id | None = None
    note: Words | None = None


class Move(Sent):
    starts_at: AtIn
    site_id: Id | None = None
    mode: Mode | None = None
    calendar_id: Id | None = None
    following: bool = Field(False, description="All visits of its series that follow, too.")


class OverbookedMove(Sent):
    starts_at: AtIn
    why: Words = Field(description="Kept with the visit.")
    site_id: Id | None = None
    mode: Mode | None = None
    calendar_id: Id | None = None


class Cancellation(Sent):
    why: Annotated[str, Field(max_length=500)] = Field("", description="For staff.")
    following: bool = False


class Refusal(Sent):
    why: Words = Field(description="The patient reads it.")


class StateChange(Sent):
    state: Literal["arrived", "fulfilled", "noshow", "booked"] = Field(description="`booked`: it was a mistake.")


class VideoCall(Given):
    """Where a visit by video is held. Another link for every time: one of before leads to where nobody is."""

    link: str
    opens_at: At = Field(description="From then the patient may join.")
    arrived_at: At | None = Field(description="When the patient joined.")


class NewAfterVisit(Sent):
    instructions: Annotated[Words, Field(max_length=2000)] = Field(
        description="What to do now, in the language that the patient reads.")
    question: Annotated[Words, Field(max_length=300)] | None = Field(
        None, description="Shows whether it came across. Left out: in the patient's own words, which people read.")
    choices: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(default_factory=list, max_length=4)
    right: Annotated[int, Field(ge=0, le=3)] | None = Field(None, description="Which of the choices, from 0.")


class AfterVisit(Given):
    """What a patient was told after a visit, and what they understood."""

    id: int
    appointment_id: int
    instructions: Annotated[str, OfRecord()]
    question: Annotated[str | None, OfRecord()]
    choices: Annotated[list[str], OfRecord()]
    right_choice: int | None
    written_by: str
    written_at: At
    answer: int | None = Field(description="Which of the choices; 9: not sure.")
    answered_at: At | None


class AfterVisits(Given):
    items: list[AfterVisit]


class FeedAddress(Given):
    """A secret address for a clinician's own calendar. It is shown once; whoever has it sees when, and initials."""

    address: str


class NewWaiting(Sent):
    visit_type_id: Id
    mode: Mode | None = None
    moves: Id | None = Field(None, description="The visit that they have, and would move to an earlier time.")
    urgency: Urgency = "routine"
    first_day: date | None = None
    last_day: date | None = None
    part: Part | None = None


class NewOffer(Sent):
    starts_at: AtIn
    site_id: Id


class Offer(Given):
    """A freed time that was offered to them."""

    id: int
    starts_at: At
    round: int = Field(description="Of a freed slot's rounds; 0: offered by hand.")
    offered_at: At
    open_until: At
    state: Literal["open", "accepted", "declined", "lapsed", "gone"]
    ended_at: At | None


class Waiting(Given):
    id: int
    patient_id: int
    patient: str
    visit_type_id: int
    visit_type: str
    mode: Mode
    moves: int | None
    urgency: Urgency
    first_day: date | None
    last_day: date | None
    part: Part | None
    since: At
    state: Literal["waiting", "booked", "left"]
    offers: list[Offer]


class WaitingList(Given):
    items: list[Waiting]
