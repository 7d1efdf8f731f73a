"""What the tests of broadcasts share: patients by the handful, two people on staff, a broadcast on its way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from care import patients, staff
from care.broadcasts import results, steering, texts
from care.broadcasts.steering import Draft
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.tables import outbox
from scheduler import jobs

FIRST_CHAT = 1000
WORDS = {"en": "The flu clinic is open on Friday.", "es": "La clínica de la gripe abre el viernes."}


def somebody(turn: Turn, chat_id: int | None, language: str = "en", zone: str = "Europe/London", **changed: Any) -> int:
    patient = patients.add(turn, f"Patient {chat_id}", date(1950, 5, 1), language, None, zone)
    if chat_id is not None:
        patients.link(turn, patient.id, chat_id, "self")
        patients.change(turn, patient.id, **{"state": "active", "consented": True, **changed})
    return patient.id


async def many(clinic: Clinic, count: int, first: int = FIRST_CHAT, **known: Any) -> list[int]:
    return await clinic.run("ops", lambda turn: [somebody(turn, first + number, **known) for number in range(count)])


async def two_people(clinic: Clinic) -> tuple[int, int]:
    def act(turn: Turn) -> tuple[int, int]:
        one, two = (staff.add(turn, f"{name.lower()}@example.org", name, "-") for name in ("Dana", "Erik"))
        return one.id, two.id

    return await clinic.run("ops", act)


async def written(clinic: Clinic, author: int, **how: Any) -> int:
    draft = replace(Draft("Flu", WORDS), **how)
    return (await clinic.run(f"staff:{author}", steering.write, draft, author)).id


async def sent_off(clinic: Clinic, author: int, **how: Any) -> int:
    broadcast_id = await written(clinic, author, **how)
    await clinic.run(f"staff:{author}", steering.send, broadcast_id, author)
    return broadcast_id


async def state(clinic: Clinic, broadcast_id: int) -> str:
    found = await clinic.read(texts.get, broadcast_id)
    assert found
    return found.state


async def statuses(clinic: Clinic, broadcast_id: int) -> dict[str, int]:
    """How many have each status; none that nobody has."""

    def look(turn: Turn) -> dict[str, int]:
        found = texts.get(turn, broadcast_id)
        assert found
        return {name: number for name, number in results.progress(turn, found).statuses.items() if number}

    return await clinic.read(look)


async def texts_of(clinic: Clinic, *outcomes: str | None) -> Sequence[str]:
    def look(turn: Turn) -> Sequence[str]:
        wanted = select(outbox.c.text).where(outbox.c.broadcast_id.is_not(None)).order_by(outbox.c.id)
        return turn.db.scalars(wanted.where(outbox.c.outcome.in_(outcomes)) if outcomes else wanted).all()

    return await clinic.read(look)


async def goes_on(clinic: Clinic) -> None:
    """The clock's work on broadcasts, once."""
    await jobs.send_broadcasts(clinic)
