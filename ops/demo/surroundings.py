"""What the invented clinic has besides its people: a place, calendars, kinds of visit, pools, and a medicine that somebody
takes."""

from collections.abc import Iterator
from datetime import date, datetime, time

from care import access, patients, pools
from care.appointments import appointments, booking, calendars, visit_types, visits
from care.appointments.opening import Hours
from care.appointments.visit_types import Instruction, NewVisitType
from care.contacts import Contact
from care.heart.turn import Turn
from care.medicines import orders, timing
from care.medicines.orders import NewMedicine, Order
from ops.demo.cast import Booked

CHECK_UP = {
    "en": "Check-up with Dr Ortiz", "es": "Revisión con la Dra. Ortiz", "fr": "Visite chez le Dr Ortiz",
    "de": "Kontrolle bei Dr. Ortiz", "pt-BR": "Consulta com a Dra. Ortiz", "ru": "Приём у доктора Ортис"}
NURSE = {
    "en": "Visit to the nurse", "es": "Cita con la enfermera", "fr": "Visite chez l’infirmière", "de": "Termin bei der Pflege",
    "pt-BR": "Consulta de enfermagem", "ru": "Приём у медсестры"}
BRING = {
    "en": "Please bring your medicines, in their boxes.", "es": "Traiga sus medicinas, en sus cajas.",
    "fr": "Apportez vos médicaments, dans leurs boîtes.", "de": "Bringen Sie Ihre Medikamente mit, in der Packung.",
    "pt-BR": "Traga os seus remédios, nas caixas.", "ru": "Возьмите с собой лекарства, в коробках."}


def numbers_of(patient_id: int) -> Contact:
    """Telephone numbers that are nobody's: of those that are set apart for plays."""
    return Contact(phone=f"+44 7700 900{patient_id % 500:03d}", emergency_name="A relative", emergency_may_call=True,
                   emergency_phone=f"+44 7700 900{500 + patient_id % 500:03d}")


def open_for_visits(turn: Turn) -> None:
    """Two who see patients, one room for both, and what patients can book."""
    site = access.add_site(turn, "Riverside").id
    calendars.place(turn, site, "12 Mill Lane")
    doctor = calendars.add(turn, site, "clinician", "Dr Ortiz", weekly(time(9), time(13)))
    nurse = calendars.add(turn, site, "clinician", "Nurse clinic", weekly(time(8, 30), time(16)))
    room = calendars.add(turn, site, "room", "Room 2", weekly(time(8), time(18)))
    visit_types.add(turn, NewVisitType(
        CHECK_UP, 20, ((doctor.id,), (room.id,)), modes=("in_person", "phone"), instructions=(Instruction(24, BRING),)))
    visit_types.add(turn, NewVisitType(NURSE, 15, ((nurse.id,),)))


def books(turn: Turn, patient_id: int, wanted: Booked, start: datetime) -> int:
    """As staff book: the patient is told, and reminded in time."""
    patient = patients.lock(turn, patient_id)
    assert patient
    kind = next(one for one in visit_types.all_open(turn) if one.names == {"check_up": CHECK_UP, "nurse": NURSE}[wanted.kind])
    site = calendars.all_sites(turn)[0].id
    made = booking.book(turn, patient, kind, site, start, wanted.mode)
    visits.tell_made(turn, patient, made, unasked=True)
    return made.id


def arrives(turn: Turn, appointment_id: int) -> None:
    found = appointments.locked(turn, appointment_id)
    assert found
    booking.arrived(turn, found[0])


def share_the_work(turn: Turn, dana: int, marek: int) -> None:
    """What is whose: the nurses answer, one of them knows the medicines, one whom to ask about money."""
    pools.keep(turn, "Nurses", ("messages", "symptoms", "mood", "side_effects", "out_of_touch"), False, (dana, marek))
    pools.keep(turn, "Pharmacy", ("medicines",), False, (marek,))
    pools.keep(turn, "Social work", ("costs",), False, (dana,))


def weekly(starts: time, ends: time) -> Iterator[Hours]:
    return (Hours(weekday, starts, ends) for weekday in range(5))


def orders_a_tablet(turn: Turn, patient_id: int, begins_on: date) -> None:
    """One tablet in the morning: the demo opens when it has just been asked about."""
    how = timing.read({"kind": "daily", "times": ["08:30"]})
    orders.prescribe(
        turn, patient_id, NewMedicine("Amlodipine 5 mg", purpose="for your blood pressure", looks="small, white, round"),
        Order(how, "1 tablet", "Dr Ortiz", begins_on), turn.actor)
