"""A patient's visits in the chat: listed, booked, confirmed, moved, cancelled."""

from care import escalations, events, office
from care.appointments import (
    appointments,
    booking,
    calendar_files,
    choosing,
    lost,
    screens,
    taken_slots,
    video,
    visit_types,
    waiting,
)
from care.appointments.appointments import Appointment
from care.appointments.choosing import Choosing
from care.appointments.errors import Refused, Taken
from care.escalations import Severity
from care.heart.language import Lines, Msg, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Lane, Turn
from care.patients import Patient

GONE = _("This button does not work any more.")
TAKE_ME_OFF = _("Take me off the list")
SHOWN = 8


def show(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """The visits to come, the next first, a button each."""
    ahead = [appointments.seen(turn, one) for one in appointments.of_patient(turn, patient.id)][:SHOWN]
    book = (Button(_("Book a visit"), f"visit:new:{patient.id}"),)
    if not ahead:
        turn.tell(patient, Screen(_("You have no visits ahead."), (book,), edits=edits))
        return
    said: list[Text] = [_("Your visits")]
    for number, one in enumerate(ahead, 1):
        at = screens.when(one.appointment.starts_at, one.site, patient)
        waits = (_("The clinic has not answered yet."),) if one.appointment.state == "pending" else ()
        said.append(Lines((Lines((f"{number}.", at), " "), one.kind.name, *waits), "\n"))
    rows = [(Button(Lines((f"{number}.", choosing.day_of(one)), " "), f"visit:one:{one.appointment.id}"),)
            for number, one in enumerate(ahead, 1)]
    turn.tell(patient, Screen(Lines(tuple(said)), (*rows, book), edits=edits))


def show_one(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> None:
    seen = appointments.seen(turn, visit)
    first: Text = ""
    if visit.state == "pending":
        first = _("The clinic has not answered yet.")
    elif visit.confirmed_at:
        first = _("You have said that you will come.")
    back = (Button(_("Back"), f"visit:list:{patient.id}"),)
    rows = screens.ways(seen, confirm=visit.state == "booked") if visit.state in appointments.STANDS else ()
    if video.is_open(turn, visit):
        rows = (*screens.to_join(visit), *rows)
    turn.tell(patient, Screen(screens.whole(seen, patient, first), (*rows, back), edits=edits))


def book(turn: Turn, patient: Patient, held: Appointment, edits: int | None) -> Msg | None:
    """The time that is held is wanted. One that has lapsed is booked all the same, if it is still free."""
    kind = visit_types.get(turn, held.visit_type_id)
    moves = appointments.get(turn, held.moves) if held.moves else None
    wanted = Choosing(kind, held.mode, appointments.seen(turn, held).site, moves)
    if held.state not in ("held", "lapsed") or (moves and moves.state not in appointments.STANDS):
        return GONE
    try:
        if held.state == "lapsed":
            if choosing.read(turn, patient, wanted.code) is None:
                return GONE
            held = booking.hold(turn, patient, kind, held.site_id, held.starts_at, held.mode, moves)
        made = booking.confirm(turn, held, kind)
        choosing.forget(turn, patient.id)
    except Taken:
        choosing.gone(turn, patient, wanted, held.starts_at, edits)
        return None
    except Refused:
        return GONE
    tell_made(turn, patient, made, moved=moves is not None, edits=edits)
    return None


def tell_made(
    turn: Turn, patient: Patient, made: Appointment, *, moved: bool = False, edits: int | None = None, unasked: bool = False,
) -> None:
    """Say what came of it, with a file for the phone's calendar. `unasked`: it was staff who did it."""
    seen = appointments.seen(turn, made)
    draw = screens.requested if made.state == "pending" else screens.moved if moved else screens.booked
    _tell(turn, patient, made, draw(seen, patient, edits), unasked)
    calendar_files.send(turn, patient, made, unasked)


def tell_cancelled(
    turn: Turn, patient: Patient, visit: Appointment, *, edits: int | None = None, unasked: bool = False,
) -> None:
    seen = appointments.seen(turn, visit)
    _tell(turn, patient, visit, screens.cancelled(seen, patient, edits), unasked)
    calendar_files.send(turn, patient, visit, unasked)


def tell_refused(turn: Turn, patient: Patient, request: Appointment) -> None:
    """The clinic said no, and why; the times are at hand."""
    seen = appointments.seen(turn, request)
    said = _("The clinic could not book this time for you: {why}", why=request.ended_why or "")
    kept = _("Your visit stays where it was.") if request.moves else ""
    code = Choosing(seen.kind, request.mode, seen.site, None).code
    find = (Button(_("Find another time"), f"visit:days:{patient.id}:{code}"),) if not request.moves else (
        Button(_("Your visits"), f"visit:list:{patient.id}"),)
    _tell(turn, patient, request, Screen(Lines((screens.whole(seen, patient, said), kept)), (find,)), unasked=True)


def _tell(turn: Turn, patient: Patient, visit: Appointment, screen: Screen, unasked: bool) -> None:
    if unasked:
        turn.tell(patient, screen, Lane.BROADCAST, topic="visit", because=f"visit_changed:{visit.id}")
    else:
        turn.tell(patient, screen, topic="visit")


def come(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    if not booking.comes(turn, visit):
        return GONE
    again = appointments.get(turn, visit.id)
    assert again
    seen = appointments.seen(turn, again)
    at = screens.when(again.starts_at, seen.site, patient)
    said = Lines((_("Thank you. We expect you:"), at, screens.where(seen)), "\n")
    turn.tell(patient, Screen(said, screens.ways(seen), edits=edits))
    return None


def move(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    kind = visit_types.get(turn, visit.visit_type_id)
    if visit.state != "booked" or visit.starts_at <= turn.now:
        return GONE
    if not booking.may_change(turn, visit, kind) or not kind.by_patients or kind.closed:
        _ask_the_desk(turn, patient, visit, "move", edits)
        return None
    site = appointments.seen(turn, visit).site
    choosing.which_day(turn, patient, Choosing(kind, visit.mode, site, visit), edits)
    return None


def cancel(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    """Asked once: some who want to cancel would rather move it."""
    kind = visit_types.get(turn, visit.visit_type_id)
    if visit.state not in appointments.STANDS or visit.starts_at <= turn.now:
        return GONE
    if not booking.may_change(turn, visit, kind):
        _ask_the_desk(turn, patient, visit, "cancel", edits)
        return None
    seen = appointments.seen(turn, visit)
    said = Lines((_("Cancel this visit, or move it?"), screens.when(visit.starts_at, seen.site, patient)), "\n")
    movable = ((Button(_("Move it"), f"visit:move:{visit.id}"),),) if visit.state == "booked" and kind.by_patients else ()
    rows = (*movable, (Button(_("Yes, cancel it"), f"visit:sure:{visit.id}"),),
            (Button(_("Keep it"), f"visit:one:{visit.id}"),))
    turn.tell(patient, Screen(said, rows, edits=edits))
    return None


def sure(turn: Turn, patient: Patient, visit: Appointment, edits: int | None) -> Msg | None:
    kind = visit_types.get(turn, visit.visit_type_id)
    if visit.state not in appointments.STANDS or not booking.may_change(turn, visit, kind):
        return GONE
    cancelled = booking.cancel(turn, visit)
    tell_cancelled(turn, patient, cancelled, edits=edits)
    return None


def _ask_the_desk(turn: Turn, patient: Patient, visit: Appointment, what: str, edits: int | None) -> None:
    """So near to the visit only the clinic can do it: somebody is told, and the patient knows whom to call."""
    seen = appointments.seen(turn, visit)
    escalations.open_(turn, patient.id, Severity.ROUTINE, f"visit_{what}:{visit.id}",
                      f"Wants to {what} the visit of {seen.wall:%Y-%m-%d %H:%M}: too late to do it in the chat")
    by = office.when(turn, escalations.due(turn, Severity.ROUTINE), patient.time_zone)
    said: list[Text] = [_("This visit is too near to change it here. I have told the clinic. Someone will look at this {when}.",
                          when=by)]
    if turn.settings.clinic.phone:
        said.append(_("It is quicker to call: {phone}", phone=turn.settings.clinic.phone))
    turn.tell(patient, Screen(Lines(tuple(said)), ((Button(_("Your visits"), f"visit:list:{patient.id}"),),), edits=edits))


# By the clock, and in answer to what staff record


def give_up_request(turn: Turn, appointment_id: int) -> None:
    """Nobody decided before its time came: the patient is told, and the times are at hand."""
    found = appointments.locked(turn, appointment_id)
    if found and found[0].state == "pending" and found[0].starts_at <= turn.now:
        tell_refused(turn, found[1], booking.refuse(turn, found[0], "no answer in time"))


def requested(turn: Turn, event: events.AppointmentRequested) -> None:
    """Somebody must answer."""
    request = appointments.get(turn, event.appointment_id)
    assert request
    seen = appointments.seen(turn, request)
    escalations.open_(turn, request.patient_id, Severity.ROUTINE, f"visit_request:{request.id}",
                      f"Asks for a visit: {seen.kind.staff_name}, {seen.wall:%Y-%m-%d %H:%M}")


def stopped_for(turn: Turn, event: events.SituationBegan) -> None:
    """After a death, or when somebody else looks after the patient, nobody expects them. In hospital a person decides; and soon
    after the loss of a pregnancy, since whoever lost it is not to be reminded of a visit that belonged to it."""
    ahead = appointments.of_patient(turn, event.patient_id or 0, ("held", *appointments.STANDS))
    if event.situation in ("deceased", "transferred"):
        for visit in ahead:
            if visit.state == "held":
                booking.drop_holds(turn, visit.patient_id)
            elif (now := appointments.get(turn, visit.id)) and now.state in appointments.STANDS:
                booking.cancel(turn, now, lost.why(event.situation))
    elif event.situation == "in_hospital" and ahead:
        escalations.open_(turn, event.patient_id, Severity.ROUTINE, "visits_in_hospital",
                          f"In hospital, with {len(ahead)} visits booked: keep, move or cancel them?")
    elif event.situation == "pregnancy_loss" and (ahead or waiting.of_patient(turn, event.patient_id or 0)):
        escalations.open_(turn, event.patient_id, Severity.URGENT, "visits_after_loss",
                          "A pregnancy was lost, with visits booked or waited for: which of them still stand?")


def forgotten(turn: Turn, event: events.PatientErased) -> None:
    """Nobody expects them, and their time is free."""
    for visit in appointments.of_patient(turn, event.patient_id or 0):
        booking.cancel(turn, visit, "the patient was erased")
    taken_slots.free_what_is_nobodys(turn)
