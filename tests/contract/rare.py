"""Calls that only a few numbers, or numbers and bodies together, can make succeed: whole, and with patients of their own,
so that no other call of a run takes away what they need."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot import talk
from care import escalations, patients, staff, welfare
from care.appointments import lost
from care.broadcasts import trial
from care.escalations import Severity
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.patients import Stranger
from care.tables import appointments
from care.webhooks import deliveries
from tests.care.appointments import practice
from tests.contract.clinic import Filling, Ids, Usual, sent_in

EACH, GROUPS = 8, 8
PROPOSED = ("heart_failure", "copd", "pain", "kidney", "diabetes", "mood", "post_surgery", "pregnancy")
STILL_TO_PROPOSE = {"post_discharge.fever_high": 39.5, "hypertension.low": 95, "diabetes.low": 75, "copd.oxygen": 90}


class Rare:
    """What is filed for such calls, and the calls: by operation, what is sent together as `path`, `query` and `body`."""

    def __init__(self, clinic: Clinic, here: Filling, ids: Ids) -> None:
        self.clinic, self.here, self.ids = clinic, here, ids
        self.calls: dict[str, list[dict[str, Any]]] = {}

    async def fill(self) -> dict[str, list[dict[str, Any]]]:
        self.patients: list[int] = await self.clinic.run("ops", chats, self.ids)
        async with self.here:
            await self.talk()
            await self.records()
            await self.visits()
            await self.broadcasts()
            await self.webhooks()
            await self.words()
        return self.calls

    def some(self) -> list[int]:
        """Patients whom no other call has."""
        taken, self.patients = self.patients[:EACH], self.patients[EACH:]
        return taken

    async def talk(self) -> None:
        steps, stuck = welfare.default(), self.some()
        endangered = [await self.clinic.run("chat:1", in_danger, one) for one in self.some()]
        self.calls["tick_step"] = [
            {"path": {"escalation_id": one}, "body": {"words": steps[0], "done": done}} for one in endangered
            for done in (True, False)]
        for one in stuck:
            await self.clinic.run("chat:1", being_asked, one)
        self.calls["end_questions"] = [{"path": {"patient_id": one}} for one in stuck]

    async def records(self) -> None:
        order, handed = Usual.order, {"handed_out_on": f"{self.clinic.now():%Y-%m-%d}", "days": 30}
        for one in self.some():
            at = f"/patients/{one}"
            await self.here.ask("POST", f"{at}/medicines", {"medicine": {"name": "Ramipril"}, "order": order})
            taken = (await self.here.ask("GET", f"{at}/medicines"))["items"][0]["medicine"]["id"]
            self.call("record_dispensing", {"patient_id": one}, handed | {"medicine_id": taken})
        lesson = {"kind": "lesson", "name": "low_sugar"}
        for one in self.some():
            await self.here.ask("POST", f"/patients/{one}/offers", lesson)
            given = await self.here.ask("GET", f"/patients/{one}/lessons")
            self.call("show_again", {"delivery_id": given["items"][0]["id"]})
            self.call("send_offer", {"patient_id": one}, {"kind": "questionnaire", "name": "gad7"})

    async def visits(self) -> None:
        kind, site, starts = await self.open_calendar()
        what = {"visit_type_id": kind, "site_id": site}
        for one in self.some():
            made = await self.here.ask("POST", f"/patients/{one}/appointments", what | {
                "starts_at": starts.pop(0), "mode": "video"})
            self.call("get_video", {"appointment_id": made["items"][0]["id"]})
            self.call("overbook_appointment", {"patient_id": one}, what | {"starts_at": starts[-1], "why": "Chest pain"})
        for one in self.some():
            await self.here.ask("POST", f"/patients/{one}/appointments", what | {"starts_at": starts.pop(0)})
            self.call("offer_anew", {"appointment_id": await self.clinic.run("ops", cancelled_by_mistake, one)})
        for one in self.some():
            waits = await self.here.ask("POST", f"/patients/{one}/waiting-list", {"visit_type_id": kind})
            self.call("offer_time", {"waiting_id": waits["id"]}, {"site_id": site, "starts_at": starts.pop(0)})

    async def open_calendar(self) -> tuple[int, int, list[str]]:
        """A visit type that can be by video, where it is held, and times of it."""
        today = self.clinic.now().date()
        usual = Usual(self.clinic.now(), today + timedelta(days=21 - today.weekday()), EACH)
        site = (await self.here.ask("POST", "/sites", {"name": "Hillside"}))["id"]
        await self.here.ask("PUT", f"/sites/{site}/place", {"time_zone": "Europe/London"})
        calendar = await self.here.ask("POST", "/calendars", usual.calendar(self.ids) | {"site_id": site, "name": "Dr Rare"})
        kind = await self.here.ask("POST", "/visit-types", {
            "names": {"en": "Talk"}, "minutes": 20, "needs": [[calendar["id"]]], "modes": ["in_person", "video"]})
        return kind["id"], site, usual.starts

    async def broadcasts(self) -> None:
        """On their way to a few patients, so that no second person is asked."""
        text = {"texts": {"fr": "La clinique est ouverte vendredi."}, "criteria": {"languages": ["fr"]}}
        for number in range(EACH):
            for name in ("try_broadcast", "pause_broadcast", "resume_broadcast"):
                made = (await self.here.ask("POST", "/broadcasts", text | {"title": f"{name} {number}"}))["id"]
                if name != "try_broadcast":
                    await self.here.ask("POST", f"/broadcasts/{made}/send")
                if name == "resume_broadcast":
                    await self.here.ask("POST", f"/broadcasts/{made}/pause")
                self.call(name, {"broadcast_id": made})

    async def webhooks(self) -> None:
        hook = (await self.here.ask("POST", "/webhooks", Usual.hook))["webhook"]["id"]
        for _number in range(EACH):
            await self.here.ask("POST", f"/webhooks/{hook}/try")
        await self.clinic.run("scheduler", deliveries.line_up, hook)
        for one in (await self.here.ask("GET", f"/webhooks/{hook}/deliveries"))["items"]:
            self.call("replay_delivery", {"webhook_delivery_id": one["id"]})

    async def words(self) -> None:
        """Proposed by a clinician, so that the administrator is the second person."""
        async with Filling(self.here.address, await self.clinic.run("ops", a_clinician), self.ids) as clinician:
            for name in PROPOSED:
                made = await clinician.ask("POST", "/word-proposals", {"kind": "zones", "name": name, "note": "As reviewed"})
                self.call("approve_words", {"proposal_id": made["id"]}, {"note": "Agreed"})
        for name, number in STILL_TO_PROPOSE.items():
            self.call("propose_threshold", {}, {"name": name, "number": number, "note": "Closer to the guideline"})
        now = {"at": f"{self.clinic.now() + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"}
        self.calls["get_clinical_words_then"] = [{"path": {"kind": "zones", "name": "hypertension"}, "query": now}]

    def call(self, name: str, path: dict[str, Any], body: Any = None) -> None:
        self.calls.setdefault(name, []).append({"path": path} | ({} if body is None else {"body": body}))


def chats(turn: Turn, ids: Ids) -> list[int]:
    """Patients whom nothing else here touches, some of whom alone read French; and the administrator's own chat."""
    trial.take_link(turn, Stranger(7000, "en"), trial.link(turn, ids["staff_id"][0]))
    for number in range(5):
        practice.somebody(turn, f"Lointain {number}", 7010 + number, language="fr")
    return [practice.somebody(turn, f"Rare {number}", 7100 + number) for number in range(EACH * GROUPS)]


def in_danger(turn: Turn, patient_id: int) -> int:
    return escalations.open_(turn, patient_id, Severity.EMERGENCY, "self_harm", "Thinks of suicide", "more than half the days")


def being_asked(turn: Turn, patient_id: int) -> None:
    patient = patients.lock(turn, patient_id)
    assert patient
    talk.begin(turn, patient, "phq9")


def cancelled_by_mistake(turn: Turn, patient_id: int) -> int:
    """Their visit, cancelled because of what was not so."""
    theirs = appointments.c.patient_id == patient_id
    turn.db.execute(update(appointments).where(theirs).values(state="cancelled", ended_why=lost.why("in_hospital")))
    escalations.open_(turn, patient_id, Severity.ROUTINE, lost.TO_BOOK_AGAIN, "1 visit was cancelled by a mistake")
    return int(turn.db.scalars(select(appointments.c.id).where(theirs)).one())


def a_clinician(turn: Turn) -> dict[str, str]:
    return sent_in(turn, staff.sign_in(turn, staff.add(turn, "clin@riverside.example", "Clinician", "!", "clinician").id))
