"""Offers: a freed slot, offered to a few who wait, by rule, with a deadline. The first to accept has it. Every offer is on
record.

The rule: the most urgent first, then whoever has waited longest, of those whom it fits. While an offer is open nobody else can
book that time. Staff can offer any free time to one who waits, by hand; what nobody takes then goes to nobody by the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from care import events, patients
from care.appointments import booking, finding, notices, screens, taken_slots, visit_types, visits, waiting
from care.appointments import calendars as of_calendars
from care.appointments.errors import Refused, Taken
from care.appointments.visit_types import VisitType
from care.appointments.waiting import Waiting
from care.heart import outbox
from care.heart.gate import QUIET_FROM, QUIET_TO
from care.heart.language import Lines, Msg, _
from care.heart.screen import Button, Screen
from care.heart.time import instant, local
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.tables import slot_offers

GONE = _("This time is gone. You stay on the list, and I write again.")
BY_HAND = 0  # the round of an offer that no rule made
AT_LEAST = timedelta(minutes=30)  # to answer, and from then to the visit


@dataclass(frozen=True)
class Offer:
    id: int
    waiting_id: int
    patient_id: int
    visit_type_id: int
    slot_id: int  # that became free
    calendars: list[int]
    starts_at: datetime
    round: int
    offered_at: datetime
    open_until: datetime
    state: str  # open, accepted, declined, lapsed, gone
    message: int | None
    ended_at: datetime | None


def freed(turn: Turn, event: events.SlotFreed) -> None:
    """Time has become free: offer it to whoever waits for such a time."""
    offer_next(turn, event.slot_id)


def offer_next(turn: Turn, slot_id: int) -> None:
    """Offer a freed slot to the next few, unless it is on offer, or taken again."""
    slot = taken_slots.times_of(turn, slot_id)
    on = taken_slots.calendars_of(turn, slot_id)
    if slot.overbooked or slot.starts_at - turn.now < 2 * AT_LEAST or _open_for(turn, slot_id) or _by_hand(turn, slot_id):
        return
    site_id = of_calendars.get(turn, on[0]).site_id
    fitting = [one for one in visit_types.all_open(turn) if set(on) & {calendar for need in one.needs for calendar in need}]
    kinds = {one.id: (one, free.calendars) for one in fitting
             if (free := finding.is_free(turn, one, site_id, slot.starts_at, by_staff=True))}
    asked = set(turn.db.scalars(select(slot_offers.c.waiting_id).where(slot_offers.c.slot_id == slot_id)))
    zone = of_calendars.site(turn, site_id).time_zone
    left = turn.settings.appointments.offer_to
    number = 1 + (turn.db.scalar(select(func.max(slot_offers.c.round)).where(slot_offers.c.slot_id == slot_id)) or 0)
    for one in waiting.everyone(turn, list(kinds)):
        kind, calendars = kinds[one.visit_type_id]
        if left and one.id not in asked and one.fits(slot.starts_at, zone) and _can_come(turn, one, kind, slot.starts_at):
            left -= _offer(turn, one, kind, slot_id, calendars, slot.starts_at, number)


def offer_by_hand(turn: Turn, one: Waiting, site_id: int, start: datetime) -> Offer:
    """Offer a free time to one who waits, and who is locked, whatever they wished for. Raises Refused."""
    kind = visit_types.get(turn, one.visit_type_id)
    if one.state != "waiting":
        raise Refused("They do not wait any more.")
    free = finding.is_free(turn, kind, site_id, start, by_staff=True)
    if free is None:
        raise Taken(" ".join(finding.in_the_way(turn, kind, site_id, start)) or "This time is not free.")
    if waiting.busy_then(turn, one, start, start + timedelta(minutes=kind.minutes)):
        raise Refused("The patient has another visit at that time.")
    slot_id = taken_slots.note_free(turn, kind, free.start, free.calendars)
    if not _offer(turn, one, kind, slot_id, free.calendars, start, BY_HAND):
        raise Refused("They cannot be asked here in time: the bot does not reach them now, or it is too near. Call them.")
    return _open_for(turn, slot_id)[0]


def _can_come(turn: Turn, one: Waiting, kind: VisitType, start: datetime) -> bool:
    later = waiting.visit_to_move(turn, one)
    earlier = later is None or start < later.starts_at
    return earlier and not waiting.busy_then(turn, one, start, start + timedelta(minutes=kind.minutes))


def _offer(
    turn: Turn, one: Waiting, kind: VisitType, slot_id: int, on: Sequence[int], start: datetime, number: int,
) -> bool:
    """False if this patient cannot be asked, or not in time."""
    patient = patients.get(turn, one.patient_id)
    if patient is None or not notices.may_be_asked(turn, patient):
        return False
    until = min(_awake_from(turn.now, patient.time_zone) + timedelta(minutes=turn.settings.appointments.offer_minutes),
                start - AT_LEAST)
    if until - _awake_from(turn.now, patient.time_zone) < AT_LEAST:
        return False
    offer_id = turn.insert(slot_offers, {
        "waiting_id": one.id, "patient_id": patient.id, "visit_type_id": kind.id, "slot_id": slot_id, "calendars": list(on),
        "starts_at": start, "round": number, "offered_at": turn.now, "open_until": until, "state": "open"})
    offer = _get(turn, offer_id)
    screen = _screen(turn, patient, offer, kind)
    message = turn.tell(patient, screen, Lane.BROADCAST, topic="visit", once=f"visit:offer:{offer_id}", expires_at=until,
                        because=f"visit_offer:{offer_id}")
    _change(turn, offer, message=message)
    turn.happened(events.SlotOffered(patient.id, offer_id))
    return True


def _awake_from(now: datetime, zone: str) -> datetime:
    """When the patient can read it: at once, or when the quiet hours end."""
    here = local(now, zone)
    if QUIET_TO <= here.time() < QUIET_FROM:
        return now
    return instant(here.date() + timedelta(days=1 if here.time() >= QUIET_FROM else 0), QUIET_TO, zone)


def _screen(turn: Turn, patient: Patient, offer: Offer, kind: VisitType) -> Screen:
    site = of_calendars.site(turn, of_calendars.get(turn, offer.calendars[0]).site_id)
    said = (_("A time has become free that you may like:"), kind.name, screens.when(offer.starts_at, site, patient))
    until = local(offer.open_until, patient.time_zone)
    first = (_("It is kept for you until {time}.", time=until.time()) if offer.round == BY_HAND else
             _("Others are asked too: the first to answer has it. It is offered to you until {time}.", time=until.time()))
    return Screen(Lines((Lines(said, "\n"), first)), (
        (Button(_("Yes, I take it"), f"visit:take:{offer.id}"),), (Button(_("No, thank you"), f"visit:pass:{offer.id}"),)))


def accept(turn: Turn, patient: Patient, offer: Offer, edits: int | None) -> None:
    """The first to accept has it. Whoever comes later is told kindly, and stays on the list."""
    one = waiting.get(turn, offer.waiting_id)
    if offer.state != "open" or one is None or one.state != "waiting" or turn.now >= offer.open_until:
        turn.tell(patient, Screen(GONE if one and one.state == "waiting" else visits.GONE, edits=edits))
        return
    kind, later = visit_types.get(turn, offer.visit_type_id), waiting.visit_to_move(turn, one)
    site_id = of_calendars.get(turn, offer.calendars[0]).site_id
    try:
        if later:
            made = booking.move(turn, later, kind, site_id, offer.starts_at, one.mode)
        else:
            made = booking.book(turn, patient, kind, site_id, offer.starts_at, one.mode)
    except (Taken, Refused):
        _end(turn, offer, "gone")
        turn.tell(patient, Screen(GONE, edits=edits))
        return
    _end(turn, offer, "accepted")
    if (still := waiting.get(turn, one.id)) and still.state == "waiting":  # whoever books waits no more; whoever moves does
        waiting.end(turn, still, "booked")
    visits.tell_made(turn, patient, made, moved=later is not None, edits=edits)
    for other in _open_for(turn, offer.slot_id):
        _end(turn, other, "gone")
        _take_off_screen(turn, other, _("This time has gone to somebody else. You stay on the list, and I write again."))


def decline(turn: Turn, patient: Patient, offer: Offer, edits: int | None) -> None:
    """They stay on the list; the next is asked when nobody is left who may accept."""
    if offer.state == "open":
        _end(turn, offer, "declined")
    turn.tell(patient, Screen(_("All right. You stay on the list."), (
        (Button(visits.TAKE_ME_OFF, f"visit:off:{offer.waiting_id}"),),), edits=edits))
    offer_next(turn, offer.slot_id)


def due(turn: Turn) -> list[int]:
    """Offers whose time to answer is over."""
    return list(turn.db.scalars(select(slot_offers.c.id).where(
        slot_offers.c.state == "open", slot_offers.c.open_until <= turn.now).order_by(slot_offers.c.id).limit(500)))


def lapse(turn: Turn, offer_id: int) -> None:
    """Nobody answered in time: it is offered to the next few."""
    offer = get(turn, offer_id)
    if offer is None or patients.lock(turn, offer.patient_id) is None:
        return
    offer = _get(turn, offer_id)
    if offer.state != "open" or offer.open_until > turn.now:
        return
    _end(turn, offer, "lapsed")
    _take_off_screen(turn, offer, _("The time for this offer is over. You stay on the list, and I write again."))
    offer_next(turn, offer.slot_id)


def _take_off_screen(turn: Turn, offer: Offer, said: Msg) -> None:
    patient = patients.get(turn, offer.patient_id)
    if patient and offer.message and not outbox.recall_one(turn, offer.message, "the offer is over"):
        turn.tell(patient, Screen(said, closes=offer.message), topic="visit")


def get(turn: Turn, offer_id: int) -> Offer | None:
    return next(iter(_found(turn, slot_offers.c.id == offer_id)), None)


def _get(turn: Turn, offer_id: int) -> Offer:
    found = get(turn, offer_id)
    assert found
    return found


def of_waiting(turn: Turn, waiting_id: int) -> list[Offer]:
    return _found(turn, slot_offers.c.waiting_id == waiting_id)


def _open_for(turn: Turn, slot_id: int) -> list[Offer]:
    return _found(turn, slot_offers.c.slot_id == slot_id, slot_offers.c.state == "open")


def _by_hand(turn: Turn, slot_id: int) -> bool:
    return bool(_found(turn, slot_offers.c.slot_id == slot_id, slot_offers.c.round == BY_HAND))


def _found(turn: Turn, *which: Any) -> list[Offer]:
    return [Offer(*row) for row in turn.db.execute(
        select(*(slot_offers.c[name] for name in Offer.__dataclass_fields__)).where(*which).order_by(slot_offers.c.id))]


def _change(turn: Turn, offer: Offer, **changed: Any) -> None:
    turn.db.execute(update(slot_offers).where(slot_offers.c.id == offer.id).values(**changed))


def _end(turn: Turn, offer: Offer, state: str) -> None:
    _change(turn, offer, state=state, ended_at=turn.now)
    turn.happened(events.SlotOfferEnded(offer.patient_id, offer.id, state))
