"""What is known of how medicines are taken: doses as patients report them, and, apart from them, what pharmacies handed out."""

from datetime import timedelta

from care import patients
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import adherence, dispensings, regimens
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.adherence import (
    Adherence,
    Coverage,
    Dispensing,
    MedicationDispense,
    NewDispensing,
    ReadDispense,
    Reported,
    Span,
)
from staff_api.shapes.forms import Id
from staff_api.views.medicines import allowed

LONGEST = 366  # days


async def get_adherence(call: Call, patient_id: Id, query: Span) -> Adherence:
    """Reported doses by medicine, the hour that goes unanswered most often, and PDC and MPR where dispensings are on record.
    The last 28 days, unless said; PDC over the last 180."""
    def look(turn: Turn) -> Adherence:
        patient = found(patients.get(turn, patient_id))
        last = query.until or local(turn.now, patient.time_zone).date()
        first = query.since or last - timedelta(days=27)
        if not timedelta() <= last - first <= timedelta(days=LONGEST):
            wrong = Fault(pointer="/since", detail=f"since must be before until, by at most {LONGEST} days.")
            raise Problem("invalid_query", errors=[wrong])
        covered = dispensings.covered(turn, patient_id, query.since or last - timedelta(days=179), last)
        names = {medicine_id: found(regimens.medicine(turn, medicine_id)).name for medicine_id in covered}
        return Adherence(
            since=first, until=last, reported=[Reported.of(one) for one in adherence.reported(turn, patient_id, first, last)],
            unanswered_hour=adherence.unanswered_hour(turn, patient_id, first, last),
            dispensed=[Coverage.of({
                "medicine_id": medicine_id, "name": names[medicine_id], "since": one.since, "until": one.until,
                "days": one.days, "covered": one.covered, "fills": one.fills, "pdc": one.pdc, "mpr": one.mpr,
                "adherent": one.adherent}) for medicine_id, one in covered.items()])

    return await call.read(look)


async def record_dispensing(call: Call, patient_id: Id, body: NewDispensing) -> Dispensing:
    """Put on record what a pharmacy handed out. The same again changes nothing."""
    return await call.change(Dispensing, recorded, patient_id, body)


def recorded(turn: Turn, patient_id: int, body: NewDispensing) -> dispensings.Dispensing:
    medicine = found(regimens.medicine(turn, body.medicine_id))
    if medicine.patient_id != patient_id:
        raise Problem("not_found")
    return allowed(dispensings.record, turn, body.medicine_id, body.handed_out_on, body.days)


async def read_dispense(call: Call, patient_id: Id, body: MedicationDispense) -> ReadDispense:
    """Read a FHIR R4 MedicationDispense: what it says, and what of it is not understood. Nothing is put on record."""
    def look(turn: Turn) -> ReadDispense:
        found(patients.get(turn, patient_id))
        got = dispensings.read(turn, patient_id, body.model_dump())
        return ReadDispense(whole=got.whole, medicine_id=got.medicine_id, name=got.name, handed_out_on=got.handed_out_on,
                            days=got.days, unread=list(got.unread))

    return await call.read(look)
