"""Choosing a time in the chat: visit type, way, place, day, time; one message, edited. Its state is in its buttons, and
whatever was tapped is looked up anew."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, update

from care.appointments import appointments, booking, calendars, finding, months, screens, visit_types
from care.appointments.appointments import Appointment
from care.appointments.calendars import Site, today
from care.appointments.errors import Refused, Taken
from care.appointments.free_slots import Free
from care.appointments.intervals import moment
from care.appointments.visit_types import VisitType
from care.heart.language import Lines, Msg, Text, WeekDay, _, n_
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.tables import booking_wishes

DAYS_SHOWN, TIMES_SHOWN, IN_A_ROW, INSTEAD = 4, 8, 4, 3
NOON = time(12)
LETTERS = {"in_person": "i", "phone": "p", "video": "v"}
CODE = re.compile(r"(\d{1,12})([ipv])(\d{1,12})m(\d{1,18})")
TYPE_LABEL = 40  # characters
MORNING, AFTERNOON = _("Morning:"), _("Afternoon:")
HALVES = {MORNING: _("Morning"), AFTERNOON: _("Afternoon")}
Row = tuple[Button, ...]
Page = list[tuple[Msg, list[Free]]]


@dataclass(frozen=True)
class Choosing:
    """What a time is chosen for."""

    kind: VisitType
    mode: str
    site: Site
    moves: Appointment | None

    @property
    def code(self) -> str:
        """As buttons carry it."""
        return f"{self.kind.id}{LETTERS[self.mode]}{self.site.id}m{self.moves.id if self.moves else 0}"


def read(turn: Turn, patient: Patient, code: str) -> Choosing | None:
    """What a button carried, if this patient may still choose a time for it."""
    found = CODE.fullmatch(code)
    if not found:
        return None
    try:
        kind, site = visit_types.get(turn, int(found[1])), calendars.site(turn, int(found[3]))
    except Refused:
        return None
    mode = next(name for name, letter in LETTERS.items() if letter == found[2])
    moves = appointments.get(turn, int(found[4])) if int(found[4]) else None
    if int(found[4]) and (moves is None or moves.patient_id != patient.id or not booking.may_change(turn, moves, kind)):
        return None
    return Choosing(kind, mode, site, moves) if mode in kind.modes and not kind.closed else None


# What, how, where


def what(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """Which kind of visit; where there is but one, the next question at once."""
    kinds = visit_types.for_patient(turn, patient.id)
    if not kinds:
        turn.tell(patient, Screen(
            _("Visits are not booked here just now. Please call the clinic: {phone}", phone=turn.settings.clinic.phone)
            if turn.settings.clinic.phone else _("Visits are not booked here just now. Please write to your care team here."),
            edits=edits))
    elif len(kinds) == 1:
        how(turn, patient, kinds[0], edits)
    else:
        rows = tuple((Button(_cut(one, patient), f"visit:type:{patient.id}:{one.id}"),) for one in kinds)
        back = _back(_("Back"), f"visit:list:{patient.id}")
        turn.tell(patient, Screen(_("What is the visit for?"), (*rows, back), edits=edits))


def _cut(kind: VisitType, patient: Patient) -> str:
    return kind.name.said(patient.language)[:TYPE_LABEL]


def how(turn: Turn, patient: Patient, kind: VisitType, edits: int | None, mode: str | None = None) -> None:
    """At the clinic, by phone, by video; and at which site."""
    if mode is None and len(kind.modes) > 1:
        rows = tuple((Button(screens.MODES[one], f"visit:how:{patient.id}:{kind.id}:{LETTERS[one]}"),) for one in kind.modes)
        turn.tell(patient, Screen(_("How would you like to have it?"), (*rows, _back(_("Back"), f"visit:new:{patient.id}")),
                                  edits=edits))
        return
    mode = mode or kind.modes[0]
    places = [calendars.site(turn, one) for one in finding.sites_of(turn, kind)]
    if not places:
        turn.tell(patient, Screen(_("There is no time free just now."), _no_time(patient, None), edits=edits))
    elif len(places) == 1:
        which_day(turn, patient, Choosing(kind, mode, places[0], None), edits)
    else:
        rows = tuple((Button(one.name[:TYPE_LABEL], f"visit:days:{patient.id}:{Choosing(kind, mode, one, None).code}"),)
                     for one in places)
        turn.tell(patient, Screen(_("Where would you like to come?"), (*rows, _back(_("Back"), f"visit:new:{patient.id}")),
                                  edits=edits))


# The day


def which_day(turn: Turn, patient: Patient, wanted: Choosing, edits: int | None, first: date | None = None) -> None:
    """The first days with room."""
    booking.drop_holds(turn, patient.id)
    first = max(first or date.min, today(turn, wanted.site.time_zone))
    found = finding.days_with_room(turn, wanted.kind, wanted.site.id, first, most=DAYS_SHOWN, patient_id=patient.id)
    if not found:
        show(turn, patient, wanted, Screen(_("There is no time free just now."), _no_time(patient, wanted), edits=edits))
        return
    rows: list[Row] = [(Button(_day(day), f"visit:day:{patient.id}:{wanted.code}:{day:%Y%m%d}:0"),) for day in found]
    rows += [(Button(_("Calendar"), f"visit:month:{patient.id}:{wanted.code}:{min(found):%Y%m}"),), *_no_time(patient, wanted)]
    said = Lines((heading(wanted), _("Which day? You can also write when you would like to come.")))
    show(turn, patient, wanted, Screen(said, tuple(rows), edits=edits))


def heading(wanted: Choosing) -> Text:
    length = n_("{count} minute", "{count} minutes", wanted.kind.minutes)
    place = wanted.site.name if wanted.mode == "in_person" else screens.MODES[wanted.mode]
    return Lines((wanted.kind.name, length, place), ", ")


def _no_time(patient: Patient, wanted: Choosing | None) -> tuple[Row, ...]:
    if wanted is None:
        return (_back(_("Back"), f"visit:list:{patient.id}"),)
    return ((Button(_("None fits"), f"visit:none:{patient.id}:{wanted.code}"),), _back(_("Back"), f"visit:list:{patient.id}"))


def which_day_of_month(turn: Turn, patient: Patient, wanted: Choosing, month: date, edits: int | None) -> None:
    """A month as a calendar; only days with room can be tapped."""
    now = today(turn, wanted.site.time_zone)
    furthest = now + timedelta(days=wanted.kind.ahead_days)
    month = min(max(month.replace(day=1), now.replace(day=1)), furthest.replace(day=1))
    found = finding.on_days(turn, wanted.kind, wanted.site.id, month, months.last_day(month), patient_id=patient.id)
    free = {_wall(slot, wanted).date() for slot in found}
    grid = months.rows(
        month, free, patient.language, months.first_weekday(patient.language, patient.country),
        lambda day: f"visit:day:{patient.id}:{wanted.code}:{day:%Y%m%d}:0", f"visit:idle:{patient.id}")
    turning = tuple(
        Button(months.name(one, patient.language), f"visit:month:{patient.id}:{wanted.code}:{one:%Y%m}")
        for one in (months.before(month), months.after(month)) if now.replace(day=1) <= one <= furthest)
    back = _back(_("Back"), f"visit:days:{patient.id}:{wanted.code}")
    show(turn, patient, wanted, Screen(heading(wanted), (*grid, *((turning,) if turning else ()), back), edits=edits))


# The time


def which_time(
    turn: Turn, patient: Patient, wanted: Choosing, day: date, page: int, edits: int | None, part: str | None = None,
) -> None:
    """The times of a day, by morning and afternoon."""
    found = finding.on_days(turn, wanted.kind, wanted.site.id, day, day, patient_id=patient.id)
    if part:
        found = [slot for slot in found if (_wall(slot, wanted).time() < NOON) == (part == "morning")]
    if not found:
        _instead(turn, patient, wanted, datetime.combine(day, NOON), edits, _("There is no time free then. The next ones:"))
        return
    pages = _pages(found, wanted)
    page = min(page, len(pages) - 1)
    elsewhere = _elsewhere(found[0], wanted, patient)
    said: list[Text] = [_("{day}, clinic time", day=day) if elsewhere else Msg("{day}", gaps=(("day", day),))]
    rows: list[Row] = []
    for title, slots in pages[page]:
        said.append(Lines((title, ", ".join(f"{_wall(slot, wanted):%H:%M}" for slot in slots)), " "))
        buttons = [Button(_time(_wall(slot, wanted)), _at(patient, wanted, slot)) for slot in slots]
        rows += [tuple(buttons[at:at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW)]
    rows += [] if part else _turning(patient, wanted, day, pages, page)
    rows += [_back(_("Another day"), f"visit:days:{patient.id}:{wanted.code}")]
    show(turn, patient, wanted, Screen(Lines((heading(wanted), Lines(tuple(said), "\n"))), tuple(rows), edits=edits))


def _turning(patient: Patient, wanted: Choosing, day: date, pages: Sequence[Page], page: int) -> list[Row]:
    """To the pages beside this one in its half of the day, and to the other half."""
    halves = [title for (title, _slots), *_more in pages]
    to: list[tuple[Msg, int]] = []
    if page > 0 and halves[page - 1] == halves[page]:
        to.append((_("Earlier"), page - 1))
    if page + 1 < len(pages) and halves[page + 1] == halves[page]:
        to.append((_("Later"), page + 1))
    to += [(HALVES[half], halves.index(half)) for half in dict.fromkeys(halves) if half != halves[page]]
    return [tuple(Button(label, f"visit:day:{patient.id}:{wanted.code}:{day:%Y%m%d}:{at}") for label, at in to)] if to else []


def _pages(found: Sequence[Free], wanted: Choosing) -> list[Page]:
    """At most eight times a page: both halves of the day where they fit together, else one after the other."""
    halves = [(title, [slot for slot in found if (_wall(slot, wanted).time() < NOON) == is_morning])
              for title, is_morning in ((MORNING, True), (AFTERNOON, False))]
    halves = [(title, slots) for title, slots in halves if slots]
    if len(found) <= TIMES_SHOWN:
        return [halves]
    pages: list[Page] = []
    for title, slots in halves:
        size = -(-len(slots) // -(-len(slots) // TIMES_SHOWN))  # as even as can be
        pages += [[(title, slots[at:at + size])] for at in range(0, len(slots), size)]
    return pages


def at(turn: Turn, patient: Patient, wanted: Choosing, start: datetime, edits: int | None) -> None:
    """This time is tapped: it is kept for the patient while they make up their mind, or the next three are shown."""
    try:
        held = booking.hold(turn, patient, wanted.kind, wanted.site.id, start, wanted.mode, wanted.moves)
    except Taken:
        gone(turn, patient, wanted, start, edits)
        return
    except Refused:
        _refused(turn, patient, wanted, edits)
        return
    seen = appointments.seen(turn, held)
    minutes = turn.settings.appointments.hold_minutes
    kept = n_("I keep this time for you for {count} minute.", "I keep this time for you for {count} minutes.", minutes)
    ask = _("Ask for this time") if wanted.kind.needs_approval else _("Move it here") if wanted.moves else _("Book it")
    rows = ((Button(ask, f"visit:book:{held.id}"),), (Button(_("Another time"), f"visit:days:{patient.id}:{wanted.code}"),))
    show(turn, patient, wanted, Screen(Lines((screens.whole(seen, patient), kept)), rows, edits=edits))


def gone(turn: Turn, patient: Patient, wanted: Choosing, start: datetime, edits: int | None) -> None:
    wall = local(start, wanted.site.time_zone).replace(tzinfo=None)
    _instead(turn, patient, wanted, wall, edits, _("This time has just gone. The next ones:"))


def _refused(turn: Turn, patient: Patient, wanted: Choosing, edits: int | None) -> None:
    """The patient has another visit then, or many already."""
    said = _("You have another visit at that time, or many visits already. Look at your visits first.")
    rows = ((Button(_("Your visits"), f"visit:list:{patient.id}"),),
            (Button(_("Another time"), f"visit:days:{patient.id}:{wanted.code}"),))
    show(turn, patient, wanted, Screen(said, rows, edits=edits))


def _instead(turn: Turn, patient: Patient, wanted: Choosing, wall: datetime, edits: int | None, said: Msg) -> None:
    """The next three times from a moment on the clinic's wall."""
    found = [slot for slots in finding.days_with_room(
        turn, wanted.kind, wanted.site.id, max(wall.date(), today(turn, wanted.site.time_zone)), most=INSTEAD + 1,
        patient_id=patient.id).values() for slot in slots]
    later = [slot for slot in found if _wall(slot, wanted).replace(tzinfo=None) >= wall] or found
    if not later:
        show(turn, patient, wanted, Screen(_("There is no time free just now."), _no_time(patient, wanted), edits=edits))
        return
    rows: list[Row] = [
        (Button(_day_and_time(_wall(slot, wanted)), _at(patient, wanted, slot)),) for slot in later[:INSTEAD]]
    rows += [(Button(_("Another day"), f"visit:days:{patient.id}:{wanted.code}"),), *_no_time(patient, wanted)]
    show(turn, patient, wanted, Screen(Lines((said, heading(wanted))), tuple(rows), edits=edits))


def show(turn: Turn, patient: Patient, wanted: Choosing, screen: Screen) -> None:
    """Say it, and remember what is on the screen: words that the patient types now may be a wish for a time of this visit, and
    take its buttons away."""
    now = {"choosing": wanted.code, "at": turn.now, "screen": turn.tell(patient, screen)}
    turn.insert_once(booking_wishes, {"patient_id": patient.id, **now})
    turn.db.execute(update(booking_wishes).where(booking_wishes.c.patient_id == patient.id).values(**now))


def forget(turn: Turn, patient_id: int) -> None:
    """What is typed now is no wish any more."""
    turn.db.execute(delete(booking_wishes).where(booking_wishes.c.patient_id == patient_id))


def _wall(slot: Free, wanted: Choosing) -> datetime:
    return local(moment(slot.start), wanted.site.time_zone)


def _elsewhere(slot: Free, wanted: Choosing, patient: Patient) -> bool:
    there = local(moment(slot.start), patient.time_zone)
    return there.replace(tzinfo=None) != _wall(slot, wanted).replace(tzinfo=None)


def _at(patient: Patient, wanted: Choosing, slot: Free) -> str:
    return f"visit:at:{patient.id}:{wanted.code}:{slot.start}"


def _day(day: date) -> Msg:
    return Msg("{day}", gaps=(("day", WeekDay(day)),))


def _back(label: Text, data: str) -> Row:
    return (Button(label, data),)


def day_of(seen: appointments.Seen) -> Text:
    """A visit's day and time, for a button."""
    return _day_and_time(seen.wall)


def _day_and_time(wall: datetime) -> Text:
    return Lines((_day(wall.date()), _time(wall)), ", ")


def _time(wall: datetime) -> Msg:
    return Msg("{time}", gaps=(("time", wall.time()),))
