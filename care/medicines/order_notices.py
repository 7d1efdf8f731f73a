"""Order notices: what a patient is told when staff change or stop an order. Once, when it is in force, at an hour at which
people are awake, as discreetly as they are asked; not about what they do not see of it, such as how often they are reminded.
"""

from datetime import timedelta

from sqlalchemy import select

from care import events, patients
from care.heart import outbox
from care.heart.language import Lines, Text, _
from care.heart.reason import ask_why
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.medicines import medication_list, orders, prompts, regimens
from care.medicines.orders import Ordered
from care.medicines.regimens import Regimen
from care.patients import Patient
from care.tables import outbox as outbox_table

SEEN = {"timing", "amount", "food", "begins_on", "ends_on", "name", "purpose", "missed_advice"}  # of what may change
TOPIC = "order"
KEPT = timedelta(days=7)  # a change is worth hearing of as long as it holds, and what is shown is how it is then


def tell(turn: Turn, event: events.MedicineOrdered) -> None:
    """An order is in force: the patient hears of it, and no more of what it took the place of."""
    if event.state != "in force" or event.order == "start":
        return
    ordered, regimen = orders.get(turn, event.order_id), regimens.get(turn, event.regimen_id)
    patient = patients.lock(turn, event.patient_id or 0)
    assert regimen
    if patient is None or not patient.reminders or not (ordered.kind == "stop" or SEEN & _fields(ordered)):
        return
    for earlier in orders.history(turn, regimen.id):
        waiting = turn.db.scalar(select(outbox_table.c.id).where(
            outbox_table.c.once == f"order:{earlier.id}", outbox_table.c.outcome.is_(None)))
        if waiting and earlier.id != ordered.id:
            outbox.recall_one(turn, waiting, "it was changed again")
    screen = _whole(turn, patient, regimen) if prompts.openly(turn, patient.id) else Screen(
        _("{clinic} has something short for you.", clinic=turn.settings.clinic.name),
        ((Button(_("Show"), f"order:show:{ordered.id}"),),))
    heard_at = max(turn.now, patient.paused_until or turn.now)  # whoever has paused messages hears of it when that is over
    turn.tell(patient, screen, Lane.BROADCAST, topic=TOPIC, once=f"order:{ordered.id}", because=f"order:{ordered.id}",
              not_before=heard_at, expires_at=heard_at + KEPT)


def _fields(ordered: Ordered) -> set[str]:
    return {one.field for one in ordered.changes}


def show(turn: Turn, patient: Patient, ordered: Ordered, edits: int) -> None:
    """How it is now, whatever was ordered since."""
    regimen = regimens.get(turn, ordered.regimen_id)
    assert regimen
    screen = _whole(turn, patient, regimen)
    turn.tell(patient, Screen(screen.text, screen.buttons, edits=edits))


def _whole(turn: Turn, patient: Patient, regimen: Regimen) -> Screen:
    rows = ((Button(_("Your medicines"), f"meds:list:{patient.id}"),), (ask_why(patient.id),))
    name = regimen.medicine.name
    if regimen.state == "stopped":
        said: tuple[Text, ...] = (
            _("Your care team stopped this medicine: {name}", name=name), _("I do not ask about it any more."))
    else:
        said = (_("Your care team changed how you take this medicine:"),
                Lines((f"{name}:", medication_list.how(turn, patient, regimen)), " "), *days(turn, patient, regimen))
    return Screen(Lines((Lines(said, "\n"), _("If anything is not clear, please write it here."))), rows)


def days(turn: Turn, patient: Patient, regimen: Regimen) -> list[Text]:
    """From when, and until when, as far as that is to come."""
    said: list[Text] = []
    if regimen.begins_on > local(turn.now, patient.time_zone).date():
        said.append(_("The first day is {day}.", day=regimen.begins_on))
    if regimen.ends_on:
        said.append(_("The last day is {day}.", day=regimen.ends_on))
    return said
