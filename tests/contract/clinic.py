"""A clinic with something of every kind, filled through its own door; and its numbers, for whoever wants to send some."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, ClassVar

import aiohttp
from argon2 import PasswordHasher
from PIL import Image

from care import escalations, halts, joining, patients, staff
from care.appointments import booking
from care.escalations import Severity
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.webhooks import deliveries
from tests.care.appointments import practice

PASSWORD = "seven green lanterns"
ROLES = ("administrator", "nurse", "coordinator", "integration")
MANY = 24
Ids = dict[str, list[Any]]


def people(turn: Turn) -> tuple[dict[str, dict[str, str]], Ids]:
    """Patients who have agreed, with an open obligation each, and one person of every role; by role, what they send."""
    ids: Ids = defaultdict(list)
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for number in range(1, MANY + 1):
        patient = patients.add(turn, f"Patient {number}", date(1960, 1, number), "en")
        ids["link_id"].append(patients.link(turn, patient.id, 100 + number, "self"))
        patients.change(turn, patient.id, state="active", consented=True)
        ids["patient_id"].append(patient.id)
        ids["escalation_id"].append(escalations.open_(turn, patient.id, Severity.URGENT, "pain", "Severe pain", "9"))
    sent = {}
    for role in ROLES:
        member = staff.add(turn, f"{role}@riverside.example", role.title(), hashed, role)
        sent[role] = sent_in(turn, staff.sign_in(turn, member.id))
        ids["staff_id"].append(member.id)
    for number in range(MANY):  # colleagues to let go, to reset, to sign out
        ids["other_staff_id"].append(staff.add(turn, f"c{number}@riverside.example", f"Colleague {number}", hashed, "nurse").id)
    for number in range(MANY):
        ids["token"].append(joining.invite(turn, f"new{number}@riverside.example", "nurse").token)
    halts.halt(turn, "share", "Too many were lost")
    ids["halt_id"] = [1]
    return sent, ids


def newly_signed_in(turn: Turn, role: str) -> dict[str, str]:
    """What the person of this role sends, in a session of just now."""
    known = staff.by_email(turn, f"{role}@riverside.example")
    assert known
    return sent_in(turn, staff.sign_in(turn, known[0].id))


def sent_in(turn: Turn, opened: staff.Opened) -> dict[str, str]:
    host = "__Host-" if turn.settings.staff.public_url.startswith("https://") else ""
    return {"Cookie": f"{host}careward={opened.token}", "X-CSRF-Token": opened.session.csrf}


def picture() -> bytes:
    """Something that a phone could have taken."""
    written = BytesIO()
    Image.new("RGB", (8, 8), "white").save(written, "PNG")
    return written.getvalue()


def requests(turn: Turn, ids: Ids, day: date) -> None:
    """Visits that patients asked for, which wait for somebody's approval."""
    opened = practice.open_practice(turn, needs_approval=True, doctors=3)
    for number in range(12):
        start = practice.at(day + timedelta(days=number // 6), f"{9 + number % 3:02}:{20 * (number // 3 % 2):02}")
        patient_id = ids["patient_id"][number]
        held = practice.held(turn, patient_id, opened.check, start)
        ids["request_id"].append(booking.confirm(turn, held, practice.kind(turn, opened.check)).id)


class Filling:
    """An administrator who files one of everything, through the door; what the clinic answers with is kept by name."""

    def __init__(self, address: str, sent: dict[str, str], ids: Ids) -> None:
        self.address, self.sent, self.ids = address, sent, ids
        self.bodies: dict[str, list[Any]] = defaultdict(list)
        self.queries: dict[str, dict[str, Any]] = {}

    async def __aenter__(self) -> "Filling":
        self.session = aiohttp.ClientSession(headers=self.sent | {"If-Match": "*"})
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.session.close()

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        sent = more if body is None else more | {"json": body}
        async with self.session.request(method, f"{self.address}/api/v1{path}", **sent) as answer:
            assert answer.status < 300, f"{method} {path}: {answer.status} {await answer.text()}"
            return await answer.json() if answer.content_type == "application/json" else None

    async def file(self, name: str, path: str, *bodies: Any) -> None:
        """POST each; keep the numbers that come back under this name."""
        for body in bodies:
            made = await self.ask("POST", path, body)
            self.ids[name].append(made["id"] if "id" in made else next(iter(made.values()))["id"])


@dataclass(frozen=True)
class Usual:
    """What most bodies here are made of."""

    now: datetime
    monday: date
    of: int

    order: ClassVar[dict[str, Any]] = {"timing": {"kind": "daily", "times": ["08:00", "20:00"]}, "amount": "1 tablet"}
    flu: ClassVar[dict[str, Any]] = {"title": "Flu", "texts": {"en": "The flu clinic is open on Friday."}}
    hook: ClassVar[dict[str, Any]] = {"url": "https://203.0.114.7/hooks", "kinds": ["webhook.*"]}

    @property
    def starts(self) -> list[str]:
        """Times of a week in which a visit can begin."""
        return [f"{self.monday + timedelta(days=day)}T{hour:02}:{minute:02}:00+00:00"
                for day in range(5) for hour in range(9, 16) for minute in (0, 20, 40)]

    @property
    def leave(self) -> dict[str, str]:
        day = f"{self.monday + timedelta(days=60)}"
        return {"first_day": day, "last_day": day, "why": "leave"}

    def calendar(self, ids: Ids) -> dict[str, Any]:
        hours = [{"weekday": day, "starts": "09:00", "ends": "17:00"} for day in range(5)]
        return {"site_id": ids["site_id"][0], "kind": "clinician", "hours": hours}

    def visit(self, ids: Ids) -> dict[str, Any]:
        return {"names": {"en": "Check"}, "minutes": 20, "needs": [[ids["calendar_id"][0]]]}


async def fill(clinic: Clinic, address: str, sent: dict[str, str], ids: Ids, of: int = 12) -> Filling:
    """`of` so many patients something of each kind."""
    now = clinic.now()
    usual = Usual(now, now.date() + timedelta(days=14 - now.date().weekday()), of)
    async with Filling(address, sent, ids) as here:
        await clinic.run("chat:101", requests, ids, usual.monday + timedelta(days=28))
        await fill_calendars(here, ids, usual)
        await fill_visits(here, ids, usual)
        await fill_records(here, ids, usual)
        await fill_service(here, ids, usual)
        await fill_webhooks(clinic, here, ids, usual)
        known(here, ids, usual)
        return here


async def fill_calendars(here: Filling, ids: Ids, usual: Usual) -> None:
    ids["site_id"] = [one["id"] for one in (await here.ask("GET", "/sites"))["items"]]
    calendar = usual.calendar(ids)
    await here.file("calendar_id", "/calendars", *({**calendar, "name": f"Dr {number}"} for number in range(usual.of)))
    visit = usual.visit(ids)
    await here.file("visit_type_id", "/visit-types", *(visit | {"names": {"en": f"Check {n}"}} for n in range(usual.of)))
    for _number in range(usual.of):
        made = await here.ask("POST", f"/calendars/{ids['calendar_id'][1]}/exceptions", usual.leave)
        ids["exception_id"] = [one["id"] for one in made["exceptions"]]


async def fill_visits(here: Filling, ids: Ids, usual: Usual) -> None:
    kind, site = ids["visit_type_id"][0], ids["site_id"][0]
    for patient, start in zip(ids["patient_id"][:usual.of], usual.starts, strict=False):
        made = await here.ask("POST", f"/patients/{patient}/appointments", {
            "visit_type_id": kind, "site_id": site, "starts_at": start})
        ids["appointment_id"].append(made["items"][0]["id"])
        await here.file("waiting_id", f"/patients/{patient}/waiting-list", {"visit_type_id": kind})


async def fill_records(here: Filling, ids: Ids, usual: Usual) -> None:
    of, order = usual.of, usual.order
    for patient in ids["patient_id"][:of]:
        at = f"/patients/{patient}"
        await here.file("plan_id", f"{at}/plans", {"programme": "hypertension"}, {"programme": "mood"})
        await here.file("allergy_id", f"{at}/allergies", {"substance": "Penicillin"})
        await here.file("regimen_id", f"{at}/medicines", {"medicine": {"name": "Ramipril"}, "order": order},
                        {"medicine": {"name": "Warfarin", "critical": True}, "order": order})
        await here.ask("PUT", f"{at}/thresholds/hypertension.systolic", {"number": 170})
        await here.ask("POST", f"{at}/hold", {"minutes": 30})
        listed = (await here.ask("GET", f"{at}/medicines"))["items"]
        ids["medicine_id"] += [one["medicine"]["id"] for one in listed]
    for regimen in ids["regimen_id"]:
        ids["order_id"] += [one["id"] for one in (await here.ask("GET", f"/regimens/{regimen}/orders"))["items"]
                            if one["state"] == "waiting"]
    for patient in ids["patient_id"][24 - of // 3 - 1 :]:
        await here.file("situation_id", f"/patients/{patient}/situations", {"kind": "in_hospital"})
    for patient in ids["patient_id"][12 : 12 + of]:
        await here.file("message_id", f"/patients/{patient}/messages", {"text": "Good morning"})
        made = await here.ask("POST", f"/patients/{patient}/files", data=picture(), headers={
            "Content-Type": "application/octet-stream"})
        ids["file_id"].append(made["id"])
    await here.ask("PUT", "/thresholds/hypertension.systolic", {"number": 180})


async def fill_service(here: Filling, ids: Ids, usual: Usual) -> None:
    of, day = usual.of, f"{usual.monday}"
    await here.file("shift_id", "/rota/shifts", *({
        "staff_id": ids["staff_id"][0], "role": "on_call", "starts": "08:00", "ends": "18:00", "weekday": weekday,
    } for weekday in range(min(of, 6))))
    await here.file("absence_id", "/rota/absences", *({
        "staff_id": one, "first_day": day, "last_day": day} for one in ids["other_staff_id"][:of]))
    await here.file("cohort_id", "/cohorts", *(
        {"name": f"Cohort {number}", "criteria": {"age_from": 40}} for number in range(of)))
    await here.file("broadcast_id", "/broadcasts", *(usual.flu | {"title": f"Flu {number}"} for number in range(of + 4)))
    await here.file("key_id", "/keys", *({"name": f"Key {number}", "scopes": ["worklist:read"]} for number in range(of)))
    await here.file("pool_id", "/pools", *({"name": f"Team {number}"} for number in range(of)))


async def fill_webhooks(clinic: Clinic, here: Filling, ids: Ids, usual: Usual) -> None:
    await here.file("webhook_id", "/webhooks", *(usual.hook for _ in range(usual.of)))
    await here.ask("POST", f"/webhooks/{ids['webhook_id'][0]}/try")
    await clinic.run("scheduler", deliveries.line_up, ids["webhook_id"][0])
    listed = await here.ask("GET", f"/webhooks/{ids['webhook_id'][0]}/deliveries")
    ids["webhook_delivery_id"] = [one["id"] for one in listed["items"]]


def known(here: Filling, ids: Ids, usual: Usual) -> None:
    """Bodies and queries that make sense here: by operation, some of each."""
    order, flu, hook, starts, monday = usual.order, usual.flu, usual.hook, usual.starts, f"{usual.monday}"
    calendar, visit, off = usual.calendar(ids), usual.visit(ids), usual.leave
    reply = {"title": "Please measure once more", "texts": {"en": {"text": "Please measure once more."}}}
    soon = usual.now + timedelta(hours=12)
    what = {"visit_type_id": ids["visit_type_id"][0], "site_id": ids["site_id"][0]}
    here.bodies |= {
        "add_patient": [{"name": f"New {n}", "date_of_birth": "1960-05-04", "language": "en"} for n in range(5)],
        "set_contact": [{"phone": "+44 20 7946 0000", "emergency_name": "Ana", "emergency_phone": "+44 20 7946 0001"}],
        "book_appointment": [what | {"starts_at": start} for start in starts[20:]],
        "overbook_appointment": [what | {"starts_at": start, "why": "Chest pain"} for start in starts[:20]],
        "move_appointment": [{"starts_at": start} for start in starts[40:80]],
        "cancel_appointment": [{"why": "Ill"}], "refuse_appointment": [{"why": "Not here"}],
        "record_state": [{"state": "booked"}, {"state": "arrived"}],
        "add_to_waiting_list": [{"visit_type_id": ids["visit_type_id"][0]}],
        "add_calendar": [calendar | {"name": f"Room {n}", "kind": "room"} for n in range(50)],
        "set_hours": [{"hours": calendar["hours"]}], "add_exception": [off],
        "add_visit_type": [visit | {"names": {"en": f"Visit {n}"}} for n in range(50)],
        "change_visit_type": [visit], "set_place": [{"address": "5 Main Street", "time_zone": "Europe/London"}],
        "prescribe": [{"medicine": {"name": f"Medicine {n}"}, "order": order} for n in range(50)],
        "preview_prescription": [{"medicine": {"name": "Metformin"}, "order": order}],
        "preview_change": [order],
        "change_order": [{"order": order | {"amount": f"{n} tablets"}, "version": 1, "why": "Better so"} for n in range(2, 6)],
        "stop_medicine": [{"why": "Over"}],
        "record_dispensing": [{"medicine_id": one, "handed_out_on": monday, "days": 30} for one in ids["medicine_id"]],
        "note_allergy": [{"substance": f"Substance {n}"} for n in range(50)],
        "add_plan": [{"programme": name} for name in ("diabetes", "asthma", "copd", "heart_failure", "kidney", "pain")],
        "change_plan": [{"hour": "08:15"}, {"schedule": "Mon Thu"}],
        "begin_situation": [{"kind": "in_hospital"}], "offer_questionnaire": [{"name": "phq9"}, {"name": "gad7"}],
        "propose_threshold": [{"name": "hypertension.systolic", "number": 175, "note": "Closer to the guideline"}],
        "set_threshold": [{"number": 180}], "set_patient_threshold": [{"number": 170}],
        "send_message": [{"text": "How are you today?"}], "add_note": [{"text": "Called, all is well."}],
        "hold_thread": [{"minutes": 20}], "send_offer": [{"kind": "lesson", "name": "low_sugar"}],
        "set_site": [{"site_id": ids["site_id"][0]}], "add_site": [{"name": f"Site {n}"} for n in range(50)],
        "resolve_escalation": [{"outcome": "advice_given", "note": "Called."}],
        "hand_over_escalation": [{"to": one, "reason": "Theirs"} for one in ids["staff_id"]],
        "snooze_escalation": [{"until": f"{soon:%Y-%m-%dT%H:%M:%SZ}", "reason": "Then"}],
        "set_phone": [{"phone": "+44 20 7946 0000"}],
        "add_closed_days": [{"first_day": monday, "last_day": monday, "why": "Works in the street"}],
        "add_shift": [{"staff_id": one, "role": "backup", "starts": "08:00", "ends": "18:00", "on_date": monday}
                      for one in ids["other_staff_id"]],
        "add_absence": [{"staff_id": one, "first_day": monday, "last_day": monday} for one in ids["other_staff_id"]],
        "save_cohort": [{"name": f"Saved {n}", "criteria": {"age_from": 40}} for n in range(50)],
        "change_cohort": [{"name": f"Changed {n}", "criteria": {"age_from": 50}} for n in range(50)],
        "write_broadcast": [flu], "change_broadcast": [flu], "count_cohort": [{"age_from": 40}],
        "make_key": [{"name": "Key", "scopes": ["worklist:read"]}], "add_webhook": [hook], "change_webhook": [hook],
        "add_pool": [{"name": f"Pool {n}"} for n in range(50)], "change_pool": [{"name": "Social work"}],
        "add_reply": [reply | {"title": f"Reply {n}"} for n in range(50)], "change_reply": [reply],
        "log_call": [{"call": "reached"}], "be_here": [{"writing": True}], "write_after_visit": [{"instructions": "Rest."}],
        "offer_time": [what | {"starts_at": start} for start in starts[60:]],
        "change_password": [{"current": PASSWORD, "new": f"{PASSWORD} again"}],
        "open_session": [{"email": "nurse@riverside.example", "password": PASSWORD}], "prove": [{"password": PASSWORD}],
        "set_up": [{"name": "New", "email": f"new{n}@riverside.example", "password": PASSWORD} for n in range(MANY)],
        "invite_colleague": [{"email": f"more{n}@riverside.example", "role": "nurse"} for n in range(50)],
        "change_role": [{"role": "pharmacist", "reach": "clinic"}],
        "open_in_emergency": [{"patient_id": one, "reason": "Fell"} for one in ids["patient_id"]],
    }
    here.queries = {
        "find_slots": what | {"first_day": monday}, "get_day": {"site_id": ids["site_id"][0], "day": monday},
    }
