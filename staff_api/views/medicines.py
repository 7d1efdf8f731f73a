"""Medicines: what a patient takes, ordered with a preview, changed with a reason, and agreed to by two where it is critical."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from care import patients
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import allergies, day_hours, looks, orders, regimens, requests, timing
from care.medicines.doses import on_the_wall, open_of
from care.patients import Patient
from staff_api.call import Call, found
from staff_api.problems import Fault, Problem
from staff_api.shapes.forms import Id
from staff_api.shapes.medicines import (
    Allergies,
    Allergy,
    ChangedMedicine,
    ChangedOrder,
    ChangeLookedAt,
    DayHours,
    DayHoursIn,
    Looks,
    MedicationRequest,
    Medicine,
    NewAllergy,
    NewMedicine,
    NewOrder,
    NewPrescription,
    Ordered,
    Orders,
    Preview,
    ReadDosage,
    ReadRequest,
    Regimen,
    Regimens,
    Stop,
)

T = TypeVar("T")
NEXT_DOSES = 4


async def get_medicines(call: Call, patient_id: Id) -> Regimens:
    """What the patient takes, how, and what waits for a second person."""
    return Regimens(items=await call.read(of_patient, patient_id))


def of_patient(turn: Turn, patient_id: int) -> list[Regimen]:
    found(patients.summary(turn, patient_id))
    return [as_shape(turn, one) for one in regimens.of_patient(turn, patient_id, "active", "proposed")]


def as_shape(turn: Turn, regimen: regimens.Regimen) -> Regimen:
    order = orders.order_of(regimen)
    return Regimen.of({
        **asdict(regimen), **asdict(order), "medicine": asdict(regimen.medicine), "timing": timing.written(regimen.timing),
        "waiting": orders.waiting(turn, regimen.id), "next_doses": [
            on_the_wall(dose) for dose in open_of(turn, regimen.id)[:NEXT_DOSES]]})


async def preview_prescription(call: Call, patient_id: Id, body: NewPrescription) -> Preview:
    """What an order would plan for the next fourteen days, and what speaks against it. Nothing is ordered."""
    return await call.read(preview, patient_id, body, author(call))


def preview(turn: Turn, patient_id: int, wanted: NewPrescription, by: str) -> Preview:
    patient = found(patients.get(turn, patient_id))
    planned = allowed(orders.preview, turn, patient, order_for(turn, patient, wanted.order, by))
    return Preview.of({"items": planned, "warnings": warnings(turn, patient_id, wanted.medicine), "changes": []})


async def prescribe(call: Call, patient_id: Id, body: NewPrescription) -> Ordered:
    """Order a medicine. One that is critical waits for a second person."""
    return await call.change(Ordered, prescribed, patient_id, body, author(call), call.caller.actor)


def prescribed(turn: Turn, patient_id: int, wanted: NewPrescription, author: str, by: str) -> orders.Ordered:
    patient = found(patients.lock(turn, patient_id))
    against = warnings(turn, patient_id, wanted.medicine)
    if against and not wanted.despite_warnings:
        raise Problem("conflict", f"{' '.join(against)} To order it all the same, send despite_warnings.")
    medicine = wanted.medicine.meant() if wanted.medicine else wanted.medicine_id
    return allowed(orders.prescribe, turn, patient_id, medicine, order_for(turn, patient, wanted.order, author), by)


async def preview_change(call: Call, regimen_id: Id, body: ChangeLookedAt) -> Preview:
    """What a change would change, what it would plan for the next fourteen days, and what speaks against it."""
    def look(turn: Turn) -> Preview:
        regimen = found(regimens.get(turn, regimen_id))
        patient = found(patients.get(turn, regimen.patient_id))
        order = order_for(turn, patient, body.ordered(), author(call))
        about = body.medicine.meant() if body.medicine else None
        return Preview.of({
            "items": allowed(orders.preview, turn, patient, order, regimen_id), "changes": orders.diff(
                *allowed(orders.both, regimen, order, about)),
            "warnings": warnings(turn, patient.id, body.medicine, regimen.medicine)})

    return await call.read(look)


async def change_order(call: Call, regimen_id: Id, body: ChangedOrder) -> Ordered:
    """Change how a medicine is taken; the answer says what differs."""
    return await call.change(Ordered, changed, regimen_id, body, author(call), call.caller.actor)


def changed(turn: Turn, regimen_id: int, wanted: ChangedOrder, author: str, by: str) -> orders.Ordered:
    regimen = found(regimens.get(turn, regimen_id))
    order = order_for(turn, found(patients.get(turn, regimen.patient_id)), wanted.order, author)
    against = warnings(turn, regimen.patient_id, wanted.medicine, regimen.medicine)
    if against and not wanted.despite_warnings:
        raise Problem("conflict", f"{' '.join(against)} To change it all the same, send despite_warnings.")
    about = wanted.medicine.meant() if wanted.medicine else None
    return allowed(orders.change, turn, regimen_id, wanted.version, order, by, wanted.why, about)


async def stop_medicine(call: Call, regimen_id: Id, body: Stop) -> Ordered:
    """Stop it, at once: nothing of it is asked about any more."""
    return await call.change(Ordered, stopped, regimen_id, call.caller.actor, body.why)


def stopped(turn: Turn, regimen_id: int, by: str, why: str) -> orders.Ordered:
    return allowed(orders.stop, turn, regimen_id, by, why)


async def get_medicine(call: Call, medicine_id: Id) -> Medicine:
    """One medicine: what it is, what for, and how it looks."""
    return await call.read(medicine_now, medicine_id)


def medicine_now(turn: Turn, medicine_id: int) -> Medicine:
    return Medicine.of(found(regimens.medicine(turn, medicine_id)))


async def describe_medicine(call: Call, medicine_id: Id, body: Looks) -> Medicine:
    """Say how a medicine looks, in words and by a photo: the patient sees both in their list."""
    return await call.change(Medicine, described, medicine_id, body)


def described(turn: Turn, medicine_id: int, body: Looks) -> regimens.Medicine:
    return allowed(looks.describe, turn, medicine_id, body.looks, body.file_id)


async def get_orders(call: Call, regimen_id: Id) -> Orders:
    """Who ordered what of it, and when."""
    def look(turn: Turn) -> list[orders.Ordered]:
        found(regimens.get(turn, regimen_id))
        return orders.history(turn, regimen_id)

    return Orders(items=[Ordered.of(one) for one in await call.read(look)])


async def agree(call: Call, order_id: Id) -> Ordered:
    """The second person agrees to an order for a critical medicine."""
    return await call.change(Ordered, decided, order_id, f"staff:{call.person.id}", True)


async def refuse(call: Call, order_id: Id) -> Ordered:
    """The second person refuses it, or whoever ordered it takes it back."""
    return await call.change(Ordered, decided, order_id, f"staff:{call.person.id}", False)


def decided(turn: Turn, order_id: int, by: str, agreed: bool) -> orders.Ordered:
    return allowed(orders.decide, turn, order_id, by, agreed)


async def read_request(call: Call, patient_id: Id, body: MedicationRequest) -> ReadRequest:
    """Read a FHIR R4 MedicationRequest: what it orders, and what of it is not understood. Nothing is ordered."""
    def look(turn: Turn) -> ReadRequest:
        patient = found(patients.get(turn, patient_id))
        got = requests.read(body.model_dump(), local(turn.now, patient.time_zone).date(), day_hours.of(turn, patient_id))
        medicine = NewMedicine.model_validate(asdict(got.medicine)) if got.medicine else None
        return ReadRequest(
            whole=got.whole, medicine=medicine, unread=list(got.unread), warnings=warnings(turn, patient_id, medicine),
            dosages=[ReadDosage(order=one.order and as_new(one.order), unread=one.unread, words=one.words)
                     for one in got.dosages])

    return await call.read(look)


def as_new(order: orders.Order) -> NewOrder:
    return NewOrder.model_validate({**asdict(order), "timing": timing.written(order.timing)})


async def get_day_hours(call: Call, patient_id: Id) -> DayHours:
    """What morning, noon, evening and bedtime are for this patient, where an order only names them."""
    return await call.read(hours_now, patient_id)


def hours_now(turn: Turn, patient_id: int) -> DayHours:
    found(patients.summary(turn, patient_id))
    return DayHours.of(day_hours.own(turn, patient_id))


async def set_day_hours(call: Call, patient_id: Id, body: DayHoursIn) -> DayHours:
    """Say what they are; what is left out is as the clinic has it. Orders that there are keep their times."""
    return DayHours.of(await call.run(keep_hours, patient_id, body))


def keep_hours(turn: Turn, patient_id: int, said: DayHoursIn) -> dict[str, Any]:
    found(patients.lock(turn, patient_id))
    allowed(day_hours.keep, turn, patient_id, said.model_dump())
    return day_hours.own(turn, patient_id)


# Allergies


async def get_allergies(call: Call, patient_id: Id) -> Allergies:
    """What the patient must not be given."""
    def look(turn: Turn) -> list[allergies.Allergy]:
        found(patients.summary(turn, patient_id))
        return allergies.of_patient(turn, patient_id)

    return Allergies(items=[Allergy.of(one) for one in await call.read(look)])


async def note_allergy(call: Call, patient_id: Id, body: NewAllergy) -> Allergy:
    """Put an allergy on record: whoever orders a medicine that names it is warned."""
    return await call.change(Allergy, noted, patient_id, body)


def noted(turn: Turn, patient_id: int, body: NewAllergy) -> allergies.Allergy:
    found(patients.lock(turn, patient_id))
    return allowed(allergies.note, turn, patient_id, body.substance, body.reaction)


async def remove_allergy(call: Call, allergy_id: Id) -> None:
    """It was none, or was written down wrongly."""
    if not await call.run(allergies.remove, allergy_id):
        raise Problem("not_found")


# What all of them need


def author(call: Call) -> str:
    return call.person.name


def order_for(turn: Turn, patient: Patient, wanted: NewOrder, author: str) -> orders.Order:
    return wanted.meant(local(turn.now, patient.time_zone).date(), author)


def warnings(
    turn: Turn, patient_id: int, medicine: NewMedicine | ChangedMedicine | None, was: regimens.Medicine | None = None,
) -> list[str]:
    """What speaks against a medicine, a new one or another than it `was`: an allergy, or the same ingredient twice."""
    if medicine is None or (was and (was.name, was.ingredient) == (medicine.name, medicine.ingredient)):
        return []
    meant = medicine.meant()
    return [
        *(f"Allergy to {one.substance}{f' ({one.reaction})' if one.reaction else ''}." for one in
          allergies.against(turn, patient_id, meant)),
        *(f"Takes {one.medicine.name} already: the same name or ingredient." for one in
          orders.duplicates(turn, patient_id, meant, was.id if was else None))]


def allowed(act: Callable[..., T], *given: Any) -> T:
    """Do it; what the clinic refuses becomes a problem that says why."""
    try:
        return act(*given)
    except LookupError as missing:
        raise Problem("not_found", str(missing).strip("'"))
    except (orders.Stale, orders.NotAllowed) as refused:
        raise Problem("conflict", str(refused))
    except ValueError as wrong:
        raise Problem("invalid_body", errors=[Fault(pointer="", detail=f"{str(wrong)[:1].upper()}{str(wrong)[1:]}.")])
