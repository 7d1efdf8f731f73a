"""What a patient wishes who finds no time by tapping: typed words, read and asked back; and the waiting list."""

import re
from datetime import date, datetime, timedelta

from sqlalchemy import select

from care.appointments import choosing, visits, waiting, wishes
from care.appointments.calendars import today
from care.appointments.choosing import Choosing
from care.appointments.wishes import Wish
from care.heart.language import Lines, Msg, Text, WeekDay, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import booking_wishes

LISTENS_FOR = timedelta(minutes=15)  # after a screen on which a time is chosen
LETTERS = {"morning": "m", "afternoon": "a", None: "x"}
DAYS = re.compile(r"(\d{8})-(\d{8})([max])")


def hear(turn: Turn, patient: Patient, words: str) -> bool:
    """Words typed while a time is being chosen: if they can be a wish, ask whether that is meant. False if they are none."""
    row = turn.db.execute(select(booking_wishes).where(booking_wishes.c.patient_id == patient.id)).first()
    if row is None or turn.now - row.at > LISTENS_FOR or not (wanted := choosing.read(turn, patient, row.choosing)):
        return False
    wish = wishes.read(words, patient.language, today(turn, wanted.site.time_zone))
    if wish is None:
        return False
    rows = [(Button(_meant(wish), f"visit:wish:{patient.id}:{wanted.code}:{_code(wish, wish.first, wish.last)}"),)]
    if wish.or_else:
        other = Wish(wish.or_else, wish.or_else, wish.part)
        rows.append((Button(_meant(other), f"visit:wish:{patient.id}:{wanted.code}:{_code(wish, other.first, other.last)}"),))
    rows.append((Button(_("Something else"), f"visit:days:{patient.id}:{wanted.code}"),))
    if row.screen:  # what is answered by typing has no buttons any more
        turn.tell(patient, Screen(choosing.heading(wanted), closes=row.screen))
    asked = _("When do you mean?") if wish.or_else else _("Do you mean this?")
    choosing.show(turn, patient, wanted, Screen(asked, tuple(rows)))
    return True


def _code(wish: Wish, first: date, last: date) -> str:
    return f"{first:%Y%m%d}-{last:%Y%m%d}{LETTERS[wish.part]}"


def _meant(wish: Wish) -> Text:
    first, last = (Msg("{day}", gaps=(("day", WeekDay(day)),)) for day in (wish.first, wish.last))
    part = {"morning": _("morning"), "afternoon": _("afternoon")}.get(wish.part or "")
    days: Text = first if wish.first == wish.last else Lines((first, last), " – ")
    return Lines((days, part), ", ") if part else days


def granted(turn: Turn, patient: Patient, wanted: Choosing, code: str, edits: int | None) -> bool:
    """That is what was meant: the times then. False if the button carried no days."""
    found = DAYS.fullmatch(code)
    if not found:
        return False
    first, last = (datetime.strptime(day, "%Y%m%d").replace(tzinfo=None).date() for day in found.group(1, 2))  # noqa: DTZ007
    part = next(name for name, letter in LETTERS.items() if letter == found[3])
    if first == last:
        choosing.which_time(turn, patient, wanted, first, 0, edits, part)
    else:
        choosing.which_day(turn, patient, wanted, edits, first)
    return True


# None fits


def none_fits(turn: Turn, patient: Patient, wanted: Choosing, edits: int | None) -> None:
    """Onto the waiting list: for which part of the day?"""
    rows = tuple((Button(label, f"visit:wait:{patient.id}:{wanted.code}:{letter}"),) for label, letter in (
        (_("Any time"), "x"), (_("Mornings"), "m"), (_("Afternoons"), "a")))
    said = _("I can put you on the waiting list. When a time becomes free, I ask you. When could you come?")
    turn.tell(patient, Screen(said, (*rows, (Button(_("Back"), f"visit:days:{patient.id}:{wanted.code}"),)), edits=edits))


def wait(turn: Turn, patient: Patient, wanted: Choosing, letter: str, edits: int | None) -> None:
    part = next((name for name, known in LETTERS.items() if known == letter), None)
    listed = waiting.join(turn, patient, wanted.kind, wanted.mode, moves=wanted.moves.id if wanted.moves else None, part=part)
    choosing.forget(turn, patient.id)
    kept = _("Until then your visit stays where it is.") if wanted.moves else ""
    said = Lines((_("You are on the waiting list. When a time becomes free, I ask you here."), kept))
    turn.tell(patient, Screen(said, ((Button(visits.TAKE_ME_OFF, f"visit:off:{listed.id}"),),), edits=edits))


def off(turn: Turn, patient: Patient, listed: waiting.Waiting, edits: int | None) -> None:
    waiting.end(turn, listed, "left")
    turn.tell(patient, Screen(_("You are off the waiting list."), (
        (Button(_("Your visits"), f"visit:list:{patient.id}"),),), edits=edits))
