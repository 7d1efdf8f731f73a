"""Why a message about a visit came: whose visit it is, who booked or changed it, and how to change that."""

from care import staff
from care.appointments import appointments, offers, visits, waiting
from care.heart.language import Lines, Text, _
from care.heart.reason import Reason
from care.heart.screen import Button
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient

HOW_TO_CHANGE = _("To see, move or cancel your visits, send /appointments.")


def before(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """A reminder, or what to prepare."""
    visit = _of(turn, patient, key)
    if visit is None:
        return None
    who = staff.named(turn, visit.made_by)
    booked: Text = _("{name} booked it.", name=who) if who else ""
    if visit.made_by.startswith("chat:"):
        booked = _("It was booked here, in this chat.")
    return Reason(Lines((_("You have a visit. The clinic writes to everyone before a visit."), booked), " "), HOW_TO_CHANGE)


def changed(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """Staff booked it, moved it, cancelled it, or decided about it."""
    if _of(turn, patient, key) is None:
        return None
    return Reason(_("Your clinic booked or changed a visit of yours."), HOW_TO_CHANGE)


def after(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """What to do after a visit."""
    if _of(turn, patient, key) is None:
        return None
    return Reason(_("Your clinic wrote to you after a visit of yours."), HOW_TO_CHANGE)


def missed(turn: Turn, patient: Patient, key: str) -> Reason | None:
    if _of(turn, patient, key) is None:
        return None
    said = _("Your clinic noted that you could not come to a visit. If that is not so, just write it here.")
    return Reason(said, HOW_TO_CHANGE)


def stranded(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """Staff ask for another time."""
    if _of(turn, patient, key) is None:
        return None
    return Reason(_("Nobody is at the clinic for you at the time of your visit."), HOW_TO_CHANGE)


def lost(turn: Turn, patient: Patient, key: str) -> Reason | None:
    """A visit was cancelled that should have stood."""
    if _of(turn, patient, key) is None:
        return None
    return Reason(_("Your clinic cancelled a visit of yours by mistake, and wants to see you."), HOW_TO_CHANGE)


def offered(turn: Turn, patient: Patient, key: str) -> Reason | None:
    offer = offers.get(turn, int(key))
    listed = waiting.get(turn, offer.waiting_id) if offer and offer.patient_id == patient.id else None
    if listed is None:
        return None
    day = local(listed.since, patient.time_zone).date()
    off = (Button(visits.TAKE_ME_OFF, f"visit:off:{listed.id}"),) if listed.state == "waiting" else ()
    return Reason(_("You are on the waiting list since {day}, and a time became free.", day=day), buttons=off)


def _of(turn: Turn, patient: Patient, key: str) -> appointments.Appointment | None:
    visit = appointments.get(turn, int(key))
    return visit if visit and visit.patient_id == patient.id else None
