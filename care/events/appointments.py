"""Events of appointments: places held, visits booked, moved and kept or not, freed slots offered."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class AppointmentEvent(Event):
    appointment_id: int


@dataclass(frozen=True)
class PlaceHeld(AppointmentEvent):
    """While somebody makes up their mind."""


@dataclass(frozen=True)
class PlaceLapsed(AppointmentEvent):
    pass


@dataclass(frozen=True)
class AppointmentRequested(AppointmentEvent):
    """It needs somebody's approval; the place is kept until then."""

    moves: int | None
    slot_id: int


@dataclass(frozen=True)
class AppointmentBooked(AppointmentEvent):
    overbooked: bool
    slot_id: int


@dataclass(frozen=True)
class AppointmentMoved(AppointmentEvent):
    sequence: int
    slot_id: int  # to which


@dataclass(frozen=True)
class AppointmentRefused(AppointmentEvent):
    pass


@dataclass(frozen=True)
class AppointmentCancelled(AppointmentEvent):
    pass


@dataclass(frozen=True)
class AppointmentConfirmed(AppointmentEvent):
    """The patient says that they come."""


@dataclass(frozen=True)
class AppointmentArrived(AppointmentEvent):
    pass


@dataclass(frozen=True)
class AppointmentFulfilled(AppointmentEvent):
    pass


@dataclass(frozen=True)
class AppointmentMissed(AppointmentEvent):
    """Nobody came: FHIR's noshow."""


@dataclass(frozen=True)
class VisitReminded(AppointmentEvent):
    """A reminder, or what to prepare, went to the patient."""

    notice_id: int


@dataclass(frozen=True)
class VisitBriefDue(AppointmentEvent):
    """The clinician is to know now what there is to know before the visit."""


@dataclass(frozen=True)
class VisitEntryAdded(AppointmentEvent):
    """Staff find it in the patient's thread: see care/appointments/entries.py."""

    entry_id: int
    what: str


@dataclass(frozen=True)
class SlotFreed(Event):
    slot_id: int


@dataclass(frozen=True)
class WaitingListJoined(Event):
    waiting_id: int


@dataclass(frozen=True)
class WaitingListLeft(Event):
    waiting_id: int
    state: str  # booked, left


@dataclass(frozen=True)
class SlotOffered(Event):
    offer_id: int


@dataclass(frozen=True)
class SlotOfferEnded(Event):
    offer_id: int
    state: str  # accepted, declined, lapsed, gone


@dataclass(frozen=True)
class CalendarChanged(Event):
    """Its hours, leave, or whether it is there at all."""

    calendar_id: int


@dataclass(frozen=True)
class ClosedDaysChanged(Event):
    """Days on which the clinic, or a site, is closed."""

    closed_days_id: int


@dataclass(frozen=True)
class CalendarFeedChanged(Event):
    """A secret address of it was made, or is dead."""

    calendar_id: int
    made: bool


@dataclass(frozen=True)
class VisitTypeChanged(Event):
    visit_type_id: int
