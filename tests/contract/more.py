"""What rarer calls need before they can succeed: plain words to answer, visits that took place, a colleague's note."""

from sqlalchemy import select, update

from care import clinical_words, messages, patients
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.messages import Written
from care.tables import appointments, escalations
from tests.care.appointments import practice
from tests.contract.clinic import Filling, Ids

REPLY = {"title": "Thank you", "texts": {"en": {"text": "Thank you for telling us."}}}


def thanks(turn: Turn, ids: Ids) -> None:
    """Patients of whom nothing else is open, who write a few plain words."""
    for number in range(12):
        patient = patients.lock(turn, practice.somebody(turn, f"Grateful {number}", 900 + number))
        assert patient
        messages.hear(turn, patient, Written(number, "text", "Thank you"))
    ids["plain_id"] = list(turn.db.scalars(select(escalations.c.id).where(escalations.c.kind == "message")))


def took_place(turn: Turn, ids: Ids) -> None:
    turn.db.execute(update(appointments).where(appointments.c.id.in_(ids["past_visit_id"])).values(state="fulfilled"))


async def fill_more(clinic: Clinic, here: Filling, ids: Ids) -> None:
    await clinic.run("chat:101", thanks, ids)
    await clinic.run("scheduler", clinical_words.take_stock)
    starts = [body["starts_at"] for body in here.bodies["move_appointment"]]
    what = {"visit_type_id": ids["visit_type_id"][0], "site_id": ids["site_id"][0]}
    threshold = {"name": "hypertension.systolic", "note": "Closer to the guideline"}
    kept = {"past_visit_id": ids["patient_id"][12:16], "still_visit_id": ids["patient_id"][16:22]}
    async with here:
        for name, of in kept.items():
            for patient_id in of:
                made = await here.ask("POST", f"/patients/{patient_id}/appointments", what | {"starts_at": starts.pop(0)})
                ids[name].append(made["items"][0]["id"])
        await here.file("reply_id", "/replies", *(REPLY | {"title": f"Thanks {number}"} for number in range(12)))
        for patient_id in ids["patient_id"][:12]:
            await here.ask("POST", f"/patients/{patient_id}/notes", {"text": "@Nurse please look at this"})
        await here.file("proposal_id", "/threshold-proposals", threshold | {"number": 175})
    ids["mention_id"] = list(range(1, 13))
    await clinic.run("ops", took_place, ids)
    here.bodies |= {
        "answer_escalation": [{"reply": "glad_to_hear", "times_reported": 1}],
        "move_beside_others": [{"starts_at": start, "why": "Chest pain"} for start in starts[10:]],
        "offer_time": [{"site_id": ids["site_id"][0], "starts_at": start} for start in starts[:10]],
        "open_in_emergency": [{"patient_id": one, "reason": "Fell at home, and is confused"} for one in ids["patient_id"]],
        "propose_words": [{"kind": "zones", "name": name, "note": "As reviewed"} for name in ("hypertension", "asthma")],
        "propose_threshold": [threshold | {"number": number} for number in range(160, 180)],
        "approve_words": [{"note": "Agreed"}], "refuse_words": [{"note": "Not yet"}],
    }


def by_operation(ids: Ids) -> Ids:
    """Numbers that are kept for one kind of call, so that another does not use them up."""
    kept = {"answer_escalation escalation_id": ids["plain_id"], "write_after_visit appointment_id": ids["past_visit_id"]}
    for name in ("ask_to_move", "move_beside_others"):
        kept[f"{name} appointment_id"] = ids["still_visit_id"]
    for name in ("get_clinical_words", "get_clinical_words_then"):
        kept |= {f"{name} kind": ["zones"], f"{name} name": ["hypertension"]}
    return kept
