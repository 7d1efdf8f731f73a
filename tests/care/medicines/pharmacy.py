"""What tests of medicines share: a patient with a phone, orders in few words, doses as lines of text."""

from datetime import date
from typing import Any

from sqlalchemy import select

from care import patients
from care.heart.clinic import Clinic
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import orders, regimens, timing
from care.medicines.doses import Dose, found_by
from care.medicines.orders import NewMedicine, Order, Ordered
from care.tables import doses
from tests.ward import BORN

TODAY = date(2026, 11, 23)
DANA, OMAR = "staff:1", "staff:2"


def daily(*times: str, **more: Any) -> dict[str, Any]:
    return {"kind": "daily", "times": list(times), **more}


def every(hours: int, first: str = "10:00") -> dict[str, Any]:
    return {"kind": "interval", "hours": hours, "first": first}


def an_order(how: dict[str, Any], amount: str = "1 tablet", **more: Any) -> Order:
    return Order(timing.read(how), amount, "Dr Ortiz", more.pop("begins_on", TODAY), **more)


async def a_patient(clinic: Clinic, zone: str = "Europe/London", chat_id: int = 7, agreed: bool = True) -> int:
    def act(turn: Turn) -> int:
        patient = patients.add(turn, "Amina Yusuf", BORN, "en", time_zone=zone)
        patients.link(turn, patient.id, chat_id, "self")
        if agreed:
            patients.change(turn, patient.id, state="active", consented=True)
        return patient.id

    return await clinic.run("test", act)


async def prescribed(
    clinic: Clinic, patient_id: int, how: dict[str, Any], name: str = "Amlodipine 5 mg", medicine: dict[str, Any] | None = None,
    **more: Any,
) -> Ordered:
    return await clinic.run(
        DANA, orders.prescribe, patient_id, NewMedicine(name, **(medicine or {})), an_order(how, **more), DANA)


async def changed(clinic: Clinic, regimen_id: int, how: dict[str, Any], **more: Any) -> Ordered:
    found = await clinic.read(regimens.get, regimen_id)
    return await clinic.run(DANA, orders.change, regimen_id, found.version, an_order(how, **more), DANA, "as agreed")


async def all_doses(clinic: Clinic) -> list[Dose]:
    return await clinic.read(lambda turn: found_by(turn, select(doses).order_by(doses.c.due_at, doses.c.id)))


async def lines(clinic: Clinic, *states: str) -> list[str]:
    """Each dose as the patient's wall has it: "24 08:00 planned"."""
    return [f"{local(one.due_at, one.zone):%d %H:%M} {one.state}" for one in await all_doses(clinic)
            if not states or one.state in states]
