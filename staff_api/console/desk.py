"""The desk: one conversation beside what is known of the person, as a page shows it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from care import contacts, escalations, patients, pools, situations, staff, telegram_away, threads, welfare, worklist
from care.appointments.waiting import Waiting as OnList
from care.escalations import Escalation, Step
from care.heart.turn import Turn
from care.patients import PatientSummary
from care.pools import Pool
from care.programmes import Programme, programmes
from care.situations import Situation
from care.staff import StaffMember
from care.telegram_away import Waiting
from care.threads import Entry
from care.welfare import Tick
from staff_api.call import found
from staff_api.console.visits import Row, panel
from staff_api.shapes.holds import Chat
from staff_api.views import holds, plans
from staff_api.views.plans import PlanSeen

ENTRIES, MOST_ENTRIES = 60, 960
LAST_ANSWERS = 5


@dataclass(frozen=True)
class Closed:
    """An escalation that is over, shown as the worklist showed it."""

    escalation_id: int
    patient_id: int | None
    chat_id: int | None
    patient_name: str | None
    severity: str
    reason: str
    value: str | None
    country: str
    opened_at: datetime
    times_reported: int
    by: str
    at: datetime | None
    outcome: str
    note: str | None

    @classmethod
    def of(cls, turn: Turn, over: Escalation) -> Self:
        patient = patients.summary(turn, over.patient_id) if over.patient_id else None
        by = staff.by_id(turn, over.resolved_by) if over.resolved_by else None
        return cls(
            over.id, over.patient_id, over.chat_id, patient.name if patient else None, over.severity.word, over.reason,
            over.value, patient.country if patient else turn.settings.clinic.country, over.opened_at, over.reports,
            by.name if by else "", over.resolved_at, over.outcome or "", over.note,
        )  # fmt: skip


@dataclass(frozen=True)
class Desk:
    item: worklist.Item | Closed | None
    patient: PatientSummary | None
    entries: list[Entry]
    more: bool
    obligations: list[worklist.Item]
    chat: Chat | None = None  # who talks with the patient now
    plans: list[PlanSeen] = field(default_factory=list)
    situation: Situation | None = None  # what was put on record last, unless it was a mistake or is long over
    contact: contacts.Known | None = None
    course: list[Step] = field(default_factory=list)
    checklist: list[Tick] = field(default_factory=list)
    people: list[StaffMember] = field(default_factory=list)  # whom it may be handed to
    pools: list[Pool] = field(default_factory=list)  # ... or to one of which
    visits: list[Row] = field(default_factory=list)  # ahead, the next first
    waits: list[tuple[str, OnList]] = field(default_factory=list)  # for what kind of visit
    critical: list[Waiting] = field(default_factory=list)  # who waits for something critical that Telegram does not take

    @property
    def to_join(self) -> list[Programme]:
        """Programmes that this patient is not in."""
        joined = {plan.programme for plan in self.plans}
        return [programme for programme in programmes().values() if programme.name not in joined]

    @property
    def answers(self) -> list[Entry]:
        """The newest answer to each question, newest first."""
        newest = {entry.question: entry for entry in self.entries if entry.kind == "answer" and entry.state != "changed"}
        return sorted(newest.values(), key=lambda entry: entry.at, reverse=True)[:LAST_ANSWERS]

    @property
    def last_reply(self) -> int:
        """The number of the last message of staff's that is shown; 0: none is."""
        return max((int(entry.id[1:]) for entry in self.entries if entry.kind == "staff"), default=0)

    def pending(self, author: str, now: datetime) -> list[Entry]:
        """This person's replies that can still be taken back."""
        return [entry for entry in self.entries if entry.undo_until and entry.undo_until > now and entry.author == author]

    def ends_as(self, author: str) -> str | None:
        """The outcome that this person's own last act makes plain, where nobody waits for more: reached by phone, or answered.
        None asks: always for an emergency, and for what is urgent unless a call has reached them."""
        if not isinstance(self.item, worklist.Item) or self.item.waiting_since or self.item.severity == "emergency":
            return None
        since = self.item.opened_at
        acts = [entry.kind for entry in self.entries if entry.author == author and entry.at >= since and (
            (entry.kind == "staff" and entry.state != "undone") or (entry.kind == "call" and entry.state == "reached"))]
        if not acts or (self.item.severity == "urgent" and acts[-1] != "call"):
            return None
        return "reached" if acts[-1] == "call" else "advice_given"


def of_escalation(turn: Turn, escalation_id: int, limit: int = ENTRIES) -> Desk:
    this = found(escalations.get(turn, escalation_id))
    item = worklist.item(turn, escalation_id) or Closed.of(turn, this)
    if item.patient_id is None:
        said = threads.stranger_thread(turn, this.chat_id, limit + 1) if this.chat_id else []
        shown = Desk(item, None, said[-limit:], len(said) > limit, [])
    else:
        shown = of_patient(turn, item.patient_id, limit)
    return replace(shown, item=item, course=escalations.steps(turn, this.id), checklist=welfare.checklist(turn, this),
                   people=[one for one in staff.everyone(turn) if one.active],
                   pools=pools.everything(turn),
                   critical=telegram_away.waiting(turn) if this.kind == telegram_away.KIND else [])


def of_patient(turn: Turn, patient_id: int, limit: int = ENTRIES) -> Desk:
    patient = found(patients.summary(turn, patient_id), "There is no such patient.")
    said = [as_written(entry) for entry in threads.thread(turn, patient_id, None, limit + 1)]
    visits, waits = panel(turn, patient_id)
    return Desk(None, patient, said[-limit:], len(said) > limit, worklist.of_patient(turn, patient_id),
                plans=plans.of_patient(turn, patient_id), situation=situations.lately(turn, patient_id),
                contact=contacts.of(turn, patient_id), chat=holds.chat_of(turn, patient_id),
                visits=visits, waits=waits)


def as_written(entry: Entry) -> Entry:
    """A reply without the name that goes before it on the patient's phone; here the name stands below."""
    if entry.kind != "staff" or not entry.author:
        return entry
    before, name, words = entry.text.partition(f"{entry.author}: ")
    return replace(entry, text=words) if name and len(before) < 200 else entry
