"""A patient's medicines: what is taken, a new order seen before it is one, a change with its diff, the second person's word."""

import json
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, StringConstraints, ValidationError

from care import patients
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import adherence, dispensings, looking_back, orders, regimens
from care.medicines.timing import KINDS, written
from staff_api.call import found
from staff_api.console.patients import list_of
from staff_api.console.visit import Visit, seen_as, visited
from staff_api.problems import Fault, Problem, of_validation
from staff_api.shapes.adherence import NewDispensing
from staff_api.shapes.forms import Id, Sent
from staff_api.shapes.medicines import (
    ChangedMedicine,
    ChangedOrder,
    ChangeLookedAt,
    DayHoursIn,
    Looks,
    MedicationRequest,
    NewAllergy,
    NewMedicine,
    NewOrder,
    NewPrescription,
    Preview,
    ReadRequest,
    Stop,
)
from staff_api.views import medicines
from staff_api.views.adherence import record_dispensing

LISTS = ("times", "days")
ASKING = ("nudges", "nudge_minutes")
NUMBERS = ("every", "on", "off", "hours", "most", "hours_between")
OF_KIND = {
    "daily": ("times", "every"), "weekly": ("times", "days"), "monthly": ("times", "days"), "cycle": ("times", "on", "off"),
    "interval": ("hours", "first"), "as_needed": ("most", "hours_between"), "steps": ("steps",)}
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class OrderForm(Sent):
    """The form as it was filled in: every field as words. What is wrong is said by the API's own shapes."""

    name: Short = ""
    ingredient: Short = ""
    purpose: Short = ""
    looks: Short = ""
    missed_advice: Short = ""
    critical: Literal["on", ""] = ""
    supply_days: Short = ""
    amount: Short = ""
    kind: Literal[tuple(KINDS)] = "daily"  # type: ignore[valid-type]
    times: Short = "08:00"
    days: Short = ""
    every: Short = ""
    on: Short = ""
    off: Short = ""
    hours: Short = ""
    first: Short = ""
    most: Short = ""
    hours_between: Short = ""
    steps: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    begins_on: date | None = Field(None, strict=False)
    ends_on: date | None = Field(None, strict=False)
    food: Literal["with", "without", ""] = ""
    prescriber: Short = ""
    window_minutes: Short = ""
    nudges: Short = "1"
    nudge_minutes: Short = "30"
    about: Literal["on", ""] = ""  # the form shows what is known of the medicine
    why: Short = ""
    version: Short = ""
    despite_warnings: Literal["on", ""] = ""

    def timing(self) -> dict[str, Any]:
        """The timing as plain data, with whatever this kind of it needs."""
        said: dict[str, Any] = {"kind": self.kind}
        for name in OF_KIND[self.kind]:
            if value := self._field(name):
                said[name] = value
        return said

    def _field(self, name: str) -> Any:
        words: str = getattr(self, name) or ("08:00" if name == "first" else "")
        if name in LISTS:
            parts = [part.strip() for part in words.replace(";", ",").split(",") if part.strip()]
            return [int(part) for part in parts] if name == "days" and all(part.isdecimal() for part in parts) else parts
        if name == "steps":
            return [_step(line) for line in words.splitlines() if line.strip()]
        return int(words) if name in NUMBERS and words.isdecimal() else words

    def order(self) -> NewOrder:
        return NewOrder.model_validate({
            "timing": self.timing(), "amount": self.amount, "begins_on": self.begins_on, "ends_on": self.ends_on,
            "food": self.food or None, "prescriber": self.prescriber or None, "window_minutes": _number(self.window_minutes),
            **{name: _number(said) for name in ASKING if (said := getattr(self, name))}})

    def medicine(self) -> ChangedMedicine | None:
        """What is known of the medicine, as it would be; None where the form did not show it."""
        if not self.about:
            return None
        words = {name: getattr(self, name) or None for name in ("ingredient", "purpose", "missed_advice")}
        return ChangedMedicine.model_validate({"name": self.name, **words, "critical": bool(self.critical)})

    def change(self) -> ChangedOrder:
        return ChangedOrder.model_validate({
            "order": self.order(), "version": int(self.version or 0), "why": self.why, "medicine": self.medicine(),
            "despite_warnings": bool(self.despite_warnings)})

    def change_looked_at(self) -> ChangeLookedAt:
        return ChangeLookedAt.model_validate({**self.order().model_dump(), "medicine": self.medicine()})

    def prescription(self) -> NewPrescription:
        words = {name: getattr(self, name) or None for name in ("ingredient", "purpose", "looks", "missed_advice")}
        days = int(self.supply_days) if self.supply_days.isdecimal() else None
        return NewPrescription.model_validate({
            "medicine": NewMedicine.model_validate({
                "name": self.name, **words, "critical": bool(self.critical), "supply_days": days}),
            "order": self.order(), "despite_warnings": bool(self.despite_warnings)})


def _number(words: str) -> Any:
    """None for nothing; what is no number stays words, and the API's own shape says what would be right."""
    return (int(words) if words.isdecimal() else words) if words else None


def _step(line: str) -> dict[str, Any]:
    """A line such as "2026-12-01; 08:00, 20:00; 20 mg"."""
    begins, _, rest = line.partition(";")
    times, _, amount = rest.partition(";")
    listed = [one.strip() for one in times.split(",") if one.strip()]
    return {"begins": begins.strip(), "times": listed, "amount": amount.strip()}


def filled_from(order: orders.Order, medicine: Any = None) -> dict[str, Any]:
    """What the form shows for an order that there is."""
    said, usual = written(order.timing), regimens.default_window(order.timing)
    shown: dict[str, Any] = {"kind": said["kind"], "amount": order.amount, "food": order.food or "",
                             "begins_on": order.begins_on, "ends_on": order.ends_on, "prescriber": order.prescriber,
                             "window_minutes": "" if order.window == usual else str(order.window_minutes),
                             "nudges": str(order.nudges), "nudge_minutes": str(order.nudge_minutes)}
    for name, value in said.items():
        if name == "steps":
            shown[name] = "\n".join(f"{one['begins']}; {', '.join(one['times'])}; {one['amount']}" for one in value)
        elif name != "kind":
            shown[name] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    for name in ("name", "ingredient", "purpose", "looks", "missed_advice", "critical", "supply_days"):
        if medicine is not None and getattr(medicine, name, None):
            shown[name] = getattr(medicine, name)
    return shown


def back_over(turn: Turn, patient: patients.Patient, days: int = looking_back.DAYS) -> tuple[date, date]:
    today = local(turn.now, patient.time_zone).date()
    return today - timedelta(days=days - 1), today


async def show(visit: Visit, patient_id: int, **more: Any) -> web.Response:
    """The page, with whatever was being filled in."""
    def look(turn: Turn) -> dict[str, Any]:
        patient = found(patients.summary(turn, patient_id), "There is no such patient.")
        whose = found(patients.get(turn, patient_id))
        return {"back": looking_back.seen(turn, whose), "reported": adherence.reported(
                    turn, patient_id, *back_over(turn, whose)),
                "covered": dispensings.covered(turn, patient_id, back_over(turn, whose, 180)[0], back_over(turn, whose)[1]),
                "hours": medicines.hours_now(turn, patient_id), "as_clinic": turn.settings.medicines,
                "hours_seen": seen_as(medicines.hours_now(turn, patient_id)),
                "patient": patient, "taken": medicines.of_patient(turn, patient_id),
                "allergies": medicines.allergies.of_patient(turn, patient_id)}

    page = await visit.read(look)
    page |= {"preview": None, "read": None, "changing": None, "differs": None, "place": "patients", "kinds": list(KINDS),
             "heading": f"Medicines of {page['patient'].name}", **more,
             "filled": OrderForm().model_dump() | more.get("filled", {})}
    if visit.swaps:
        return visit.page("medicines.html", **page)
    listed = await visit.read(list_of, "", None)
    return visit.page("console.html", desk_template="medicines.html", **{**listed, **page})


@visited
async def get_medicines(visit: Visit) -> web.Response:
    """What a patient takes, and the form for a new order."""
    return await show(visit, visit.number("patient_id"))


@visited("medicines:write")
async def preview(visit: Visit) -> web.Response:
    """The order as it would be, before it is one."""
    patient_id, filled = visit.number("patient_id"), await visit.form(OrderForm)
    seen = await medicines.preview_prescription(visit, patient_id, correct(filled.prescription))
    return await show(visit, patient_id, filled=filled.model_dump(), preview=seen)


@visited("medicines:write")
async def prescribe(visit: Visit) -> web.Response:
    """Order it."""
    patient_id, filled = visit.number("patient_id"), await visit.form(OrderForm)
    await medicines.prescribe(visit, patient_id, correct(filled.prescription))
    return await show(visit, patient_id)


@visited("medicines:write")
async def get_change(visit: Visit) -> web.Response:
    """The form for changing how a medicine is taken."""
    regimen = await visit.read(regimens.get, visit.number("regimen_id"))
    regimen = found(regimen)
    return await show(visit, regimen.patient_id, changing=regimen,
                      filled=filled_from(orders.order_of(regimen), regimen.medicine))


@visited("medicines:write")
async def preview_change(visit: Visit) -> web.Response:
    """The change as it would be: what differs, and the next fourteen days."""
    regimen_id, filled = visit.number("regimen_id"), await visit.form(OrderForm)
    regimen = found(await visit.read(regimens.get, regimen_id))
    seen: Preview = await medicines.preview_change(visit, regimen_id, correct(filled.change_looked_at))
    return await show(visit, regimen.patient_id, changing=regimen, filled=filled.model_dump(), preview=seen,
                      differs=seen.changes)


@visited("medicines:write")
async def change(visit: Visit) -> web.Response:
    """Change how it is taken."""
    regimen_id, filled = visit.number("regimen_id"), await visit.form(OrderForm)
    regimen = found(await visit.read(regimens.get, regimen_id))
    await medicines.change_order(visit, regimen_id, correct(filled.change))
    return await show(visit, regimen.patient_id)


@visited("medicines:write")
async def stop(visit: Visit) -> web.Response:
    """Stop it, at once."""
    regimen = found(await visit.read(regimens.get, visit.number("regimen_id")))
    await medicines.stop_medicine(visit, regimen.id, await visit.form(Stop))
    return await show(visit, regimen.patient_id)


class LooksForm(Looks):
    """As the page sends it. Whoever brings no new photo keeps the one that is there, or ticks that it goes."""

    attachment: Id | None = None
    no_photo: Literal["on", ""] = ""


@visited("medicines:write")
async def describe(visit: Visit) -> web.Response:
    """How it looks, in words and by a photo."""
    medicine_id, filled = visit.number("medicine_id"), await visit.form(LooksForm)
    photo = filled.attachment or (None if filled.no_photo else filled.file_id)
    await medicines.describe_medicine(visit, medicine_id, Looks(looks=filled.looks, file_id=photo))
    return await show(visit, found(await visit.read(regimens.medicine, medicine_id)).patient_id)


@visited("medicines:write")
async def dispense(visit: Visit) -> web.Response:
    """What a pharmacy handed out."""
    patient_id = visit.number("patient_id")
    await record_dispensing(visit, patient_id, await visit.form(NewDispensing))
    return await show(visit, patient_id)


@visited("medicines:write")
async def decide(visit: Visit) -> web.Response:
    """The second person's word."""
    order_id = visit.number("order_id")
    act = medicines.agree if visit.request.match_info["word"] == "agree" else medicines.refuse
    decided = await act(visit, order_id)
    return await show(visit, found(await visit.read(regimens.get, decided.regimen_id)).patient_id)


@visited("medicines:write")
async def read_request(visit: Visit) -> web.Response:
    """Read a FHIR MedicationRequest into the form; what is not understood is shown beside it."""
    patient_id, words = visit.number("patient_id"), str((await visit.request.post()).get("request", ""))
    try:
        sent = MedicationRequest.model_validate(json.loads(words))
    except (ValueError, RecursionError):
        wrong = Fault(pointer="/request", detail="Paste one FHIR R4 MedicationRequest, as JSON.")
        raise Problem("invalid_body", errors=[wrong])
    got: ReadRequest = await medicines.read_request(visit, patient_id, sent)
    first = next((one.order for one in got.dosages if one.order), None)
    filled = filled_from(first.meant(visit.clinic.now().date(), visit.person.name), got.medicine) if first else {}
    return await show(visit, patient_id, read=got, filled=filled)


class HoursForm(Sent):
    """Their times of day; an empty one is as the clinic has it."""

    morning: time | None = None
    noon: time | None = None
    evening: time | None = None
    night: time | None = None
    seen: Short = ""


@visited("medicines:write")
async def set_hours(visit: Visit) -> web.Response:
    """What morning, noon, evening and bedtime are for this patient."""
    patient_id, filled = visit.number("patient_id"), await visit.form(HoursForm)
    visit.has_seen(lambda turn: medicines.hours_now(turn, patient_id), f"/api/v1/patients/{patient_id}/day-hours",
                   {"patient_id": patient_id}, filled.seen)
    await medicines.set_day_hours(visit, patient_id, DayHoursIn(**filled.model_dump(exclude={"seen"})))
    return await show(visit, patient_id)


@visited("medicines:write")
async def note_allergy(visit: Visit) -> web.Response:
    """Put an allergy on record."""
    patient_id = visit.number("patient_id")
    await medicines.note_allergy(visit, patient_id, await visit.form(NewAllergy))
    return await show(visit, patient_id)


@visited("medicines:write")
async def remove_allergy(visit: Visit) -> web.Response:
    """It was none."""
    patient_id = visit.number("patient_id")
    await medicines.remove_allergy(visit, visit.number("allergy_id"))
    return await show(visit, patient_id)


def correct(make: Any) -> Any:
    """What the form makes, or the problem that says which field is wrong."""
    try:
        return make()
    except ValidationError as error:
        raise of_validation("invalid_body", error, NewPrescription)
