"""Journeys: by which clock each medicine is asked about while the patient is away. What runs in hours does not move at all."""

from datetime import datetime
from zlib import crc32

from sqlalchemy import update

from care import events, patients, situations
from care.heart.gate import NOT_ASKED
from care.heart.language import Lines, Msg, Text, _, city_of
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.medicines import doses, planning, regimens, timing
from care.medicines.regimens import Regimen
from care.medicines.timing import AsNeeded, Interval
from care.patients import Patient
from care.tables import regimens as regimens_table

# Places to choose from: one well-known city per rule of the clock.
PLACES: dict[str, tuple[str, ...]] = {
    "europe": ("Atlantic/Azores", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Berlin", "Europe/Athens",
               "Europe/Istanbul", "Europe/Moscow"),
    "africa": ("Africa/Casablanca", "Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg", "Africa/Nairobi"),
    "america": ("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago",
                "America/Mexico_City", "America/Bogota", "America/New_York", "America/Caracas", "America/Halifax",
                "America/Santiago", "America/Sao_Paulo", "America/Argentina/Buenos_Aires"),
    "asia": ("Asia/Jerusalem", "Asia/Dubai", "Asia/Tehran", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok",
             "Asia/Shanghai", "Asia/Manila", "Asia/Tokyo"),
    "pacific": ("Australia/Perth", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland")}
REGIONS: dict[str, Msg] = {
    "europe": _("Europe"), "africa": _("Africa"), "america": _("America"), "asia": _("Asia"),
    "pacific": _("Australia, Pacific")}
BY_CITY = {zone.rpartition("/")[2]: zone for zones in PLACES.values() for zone in zones}


def home_of(turn: Turn, patient: Patient) -> str:
    """The zone of home: where the patient was before the journey that is on record."""
    return situations.zone_before(turn, patient.id) or patient.time_zone


def by_the_wall(turn: Turn, patient: Patient) -> list[Regimen]:
    """The regimens that go by a clock on a wall, and so by one of two."""
    return [one for one in regimens.of_patient(turn, patient.id) if not isinstance(one.timing, Interval | AsNeeded)]


# Asking where, and by which clock


def where(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """In which part of the world is the patient, or will be?"""
    if patient.situation in NOT_ASKED:
        turn.tell(patient, Screen(_("If you travel, please tell your care team: just type it."), edits=edits))
        return
    rows = [(Button(name, f"trip:in:{patient.id}:{region}"),) for region, name in REGIONS.items()]
    if patient.situation == "travelling":
        rows.append((Button(_("I am back home"), f"trip:home:{patient.id}"),))
    rows.append((Button(_("Nothing changes"), f"trip:no:{patient.id}"),))
    now = local(turn.now, patient.time_zone).time()
    turn.tell(patient, Screen(
        _("By your clock it is {time} now. If you travel: where will you be, or are you now?", time=now), tuple(rows),
        edits=edits))


def places(turn: Turn, patient: Patient, region: str, edits: int) -> bool:
    """Cities of a part of the world, each with the time that it is there; False for a part that there is not."""
    if region not in PLACES:
        return False
    rows = tuple((Button(_("{city}, {time}", city=city_of(zone, patient.language), time=local(turn.now, zone).time()),
                         f"trip:to:{patient.id}:{zone.rpartition('/')[2]}"),) for zone in PLACES[region])
    back = (Button(_("Back"), f"trip:where:{patient.id}"),)
    turn.tell(patient, Screen(_("Which of these places has the same time?"), (*rows, back), edits=edits))
    return True


def which_clock(turn: Turn, patient: Patient, zone: str, edits: int | None = None) -> None:
    """By the clock there, or by the clock at home? For all, or for each."""
    found, city = by_the_wall(turn, patient), zone.rpartition("/")[2]
    if not found:
        go(turn, patient, zone, set())
        done(turn, patient, edits)
        return
    said: list[Text] = [_("In {city} it is {time} now. By which clock shall I ask about your medicines?",
                          city=city_of(zone, patient.language), time=local(turn.now, zone).time())]
    lines = [_line(turn, patient, one, zone, number) for number, one in enumerate(found, 1)]
    steady = [one.medicine.name for one in regimens.of_patient(turn, patient.id) if isinstance(one.timing, Interval)]
    said.append(Lines(tuple(lines), "\n"))
    if steady:
        said.append(_("This goes by hours, and stays as it is: {names}.", names=", ".join(steady)))
    said.append(_("If you are not sure, ask your care team first."))
    mark = _mark(found)
    rows = [(Button(_("The clock there"), f"trip:by:{patient.id}:{city}:0:{mark}"),),
            (Button(_("The clock at home"), f"trip:by:{patient.id}:{city}:{(1 << len(found)) - 1:x}:{mark}"),)]
    if len(found) > 1:
        rows.append((Button(_("Choose for each"), f"trip:each:{patient.id}:{city}:0:{mark}:0"),))
    rows.append((Button(_("Back"), f"trip:where:{patient.id}"),))
    turn.tell(patient, Screen(Lines(tuple(said)), tuple(rows), edits=edits))


def _line(turn: Turn, patient: Patient, regimen: Regimen, zone: str, number: int) -> Text:
    """The time of the next dose there, by either clock."""
    home, there = home_of(turn, patient), _next(turn, regimen, zone)
    if not (at_home := _next(turn, regimen, home)) or not there:
        return f"{number}. {regimen.medicine.name}"
    return _("{number}. {name}: at {time} there; by the clock at home at {other} there", number=number,
             name=regimen.medicine.name, time=local(there, zone).time(), other=local(at_home, zone).time())


def _next(turn: Turn, regimen: Regimen, zone: str) -> datetime | None:
    assert not isinstance(regimen.timing, Interval | AsNeeded)
    return timing.following(regimen.timing, regimen.begins_on, regimen.ends_on, zone, turn.now)


def _mark(found: list[Regimen]) -> str:
    """Which medicines were asked about. An order that staff change meanwhile must not give one the answer of another."""
    return f"{crc32(','.join(str(one.id) for one in found).encode()) & 0xffff:04x}"


def each(turn: Turn, patient: Patient, zone: str, at_home: int, mark: str, number: int, edits: int) -> None:
    """One medicine after another; `at_home` has a bit for each that keeps the clock of home."""
    found, city = by_the_wall(turn, patient), zone.rpartition("/")[2]
    if number >= len(found) or mark != _mark(found):
        decide(turn, patient, zone, at_home, mark, edits)
        return
    data = f"trip:each:{patient.id}:{city}"
    rows = ((Button(_("The clock there"), f"{data}:{at_home:x}:{mark}:{number + 1}"),),
            (Button(_("The clock at home"), f"{data}:{at_home | 1 << number:x}:{mark}:{number + 1}"),),
            (Button(_("Back"), f"trip:to:{patient.id}:{city}"),))
    turn.tell(patient, Screen(_line(turn, patient, found[number], zone, number + 1), rows, edits=edits))


def decide(turn: Turn, patient: Patient, zone: str, at_home: int, mark: str, edits: int) -> None:
    """Do as the patient chose, and say how it stands. Where the list has changed since they were asked, ask anew."""
    found = by_the_wall(turn, patient)
    if mark != _mark(found):
        which_clock(turn, patient, zone, edits)
        return
    go(turn, patient, zone, {one.id for number, one in enumerate(found) if at_home >> number & 1})
    done(turn, patient, edits)


def home_again(turn: Turn, patient: Patient, edits: int) -> None:
    come_home(turn, patient)
    done(turn, patient, edits)


def done(turn: Turn, patient: Patient, edits: int | None) -> None:
    """How it stands: the clock, and when each is asked about next."""
    now = patients.get(turn, patient.id)
    assert now
    zone = now.time_zone
    said: list[Text] = [_("Noted. Your clock is that of {city}: {time} now. Your care team can see it.",
                          city=city_of(zone, patient.language), time=local(turn.now, zone).time())]
    lines = []
    for one in regimens.of_patient(turn, patient.id):
        if ahead := doses.open_of(turn, one.id)[:1]:
            wall = local(ahead[0].due_at, zone)
            lines.append(_("{name}: next on {day} at {time}", name=one.medicine.name, day=wall.date(), time=wall.time()))
    if lines:
        said.append(Lines(tuple(lines), "\n"))
    turn.tell(patient, Screen(Lines(tuple(said)), ((Button(_("Change"), f"trip:where:{patient.id}"),),), edits=edits))


# What it changes


def go(turn: Turn, patient: Patient, zone: str, at_home: set[int]) -> None:
    """The patient is in this zone; these regimens keep the clock of home. Everything planned follows in this same turn."""
    home = home_of(turn, patient)
    if zone == home:
        come_home(turn, patient)
        return
    for one in by_the_wall(turn, patient):
        _keep(turn, one, home if one.id in at_home else None)
    if patient.situation != "travelling":
        situations.begin(turn, patient.id, "travelling", note="told by the patient", time_zone=zone)
    elif zone != patient.time_zone:
        patients.move_to(turn, patient.id, zone)
    else:
        planning.replan_patient(turn, patient.id, "the patient chose another clock")


def come_home(turn: Turn, patient: Patient) -> None:
    """Every regimen goes by the clock of home, where the patient is."""
    for one in by_the_wall(turn, patient):
        _keep(turn, one, None)
    if patient.situation == "travelling":
        situations.end(turn, patient.id)
    else:
        planning.replan_patient(turn, patient.id, "the patient is at home")


def _keep(turn: Turn, regimen: Regimen, zone: str | None) -> None:
    if regimen.keeps_zone != zone:
        regimens.change(turn, regimen.id, keeps_zone=zone)
        turn.happened(events.ClockKept(regimen.patient_id, regimen.id, zone))


# Reactions


def ask_traveller(turn: Turn, event: events.SituationBegan) -> None:
    """Staff put a journey on record: the patient is asked by which clock. It says nothing of medicines until it is opened."""
    patient = patients.get(turn, event.patient_id or 0)
    if event.situation != "travelling" or not turn.actor.startswith("staff:") or patient is None:
        return
    if not by_the_wall(turn, patient):
        return
    city, data = city_of(patient.time_zone, patient.language), f"trip:here:{patient.id}"
    turn.tell(patient, Screen(
        _("{clinic}: your clock here is now that of {city}. Please see whether the times suit you.",
          clinic=turn.settings.clinic.name, city=city), ((Button(_("Show"), data),),)),
        Lane.BROADCAST, topic="trip", because="trip:", once=f"trip:{event.situation_id}")


def forget_home(turn: Turn, event: events.SituationEnded | events.SituationUndone) -> None:
    """Back home there are no two clocks any more."""
    if event.situation == "travelling":
        turn.db.execute(update(regimens_table).where(
            regimens_table.c.patient_id == event.patient_id, regimens_table.c.keeps_zone.is_not(None)).values(keeps_zone=None))
