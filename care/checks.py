"""Check-ins by the clock: what is due is offered in one message, at the patient's hour, or put on record as not offered."""

from datetime import datetime, timedelta

from sqlalchemy import select

from care import check_windows, conversations, events, patients, plans, questionnaires, silence
from care.check_windows import Window
from care.heart.language import Lines, Text, _, n_
from care.heart.screen import Screen
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.patients import Patient
from care.plans import CarePlan
from care.programmes import flows, programmes
from care.silence import LATE
from care.tables import care_plans
from care.tables import check_windows as windows_table


def due(turn: Turn, limit: int = 500) -> list[int]:
    """Patients for whom something is to be done: asked, asked again, or asked no more."""
    asked = select(care_plans.c.patient_id).where(care_plans.c.next_at <= turn.now).order_by(care_plans.c.next_at).limit(limit)
    open_now = select(windows_table.c.patient_id).where(windows_table.c.act_at <= turn.now).order_by(
        windows_table.c.act_at).limit(limit)
    return list(dict.fromkeys((*turn.db.scalars(asked), *turn.db.scalars(open_now))))


def attend(turn: Turn, patient_id: int) -> bool:
    """Do what is due for this patient; False if nothing was offered."""
    patient = patients.lock(turn, patient_id)
    if patient is None:
        return False
    silence.close(turn, patient, [
        window for window in check_windows.unbegun(turn, patient_id) if window.closes_at <= turn.now])
    offered = _offer(turn, patient, [
        window for plan in plans.of_patient(turn, patient_id) if (window := _fell_due(turn, patient, plan))])
    silence.prompt_again(turn, patient)
    return offered


def _fell_due(turn: Turn, patient: Patient, plan: CarePlan) -> Window | None:
    """Put on record every time that this plan has fallen due since we looked last; returns what is to be offered now."""
    found, at = None, plan.next_at
    while at is not None and at <= turn.now:
        silence.close(turn, patient, [one for one in check_windows.unbegun(turn, patient.id) if one.plan_id == plan.id])
        found = _window(turn, patient, plan, at)
        at = plan.after(at, patient.time_zone, local(at, patient.time_zone).date())
    if at != plan.next_at:
        plans.move_on(turn, plan, at)
    return found if found and found.outcome is None and found.conversation_id is None else None


def _window(turn: Turn, patient: Patient, plan: CarePlan, at: datetime) -> Window:
    midnight = local(at, patient.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    early = check_windows.answered_early(turn, patient.id, plan.flow, midnight)
    running = conversations.current(turn, patient.id)
    outcome, conversation = None, None
    if early:
        outcome, conversation = "answered", early
    elif silence.resting(patient, at):
        outcome = "held"
    elif at < turn.now - LATE:
        outcome = "missed_by_us"
    elif running and running.flow == plan.flow and silence.busy(turn, patient):
        conversation = running.id
    elif silence.busy(turn, patient) or _refused(turn, patient, plan):
        outcome = "held"
    return check_windows.record(turn, plan.id, patient.id, plan.flow, at, patient.time_zone, outcome, conversation)


def _refused(turn: Turn, patient: Patient, plan: CarePlan) -> bool:
    """A questionnaire has rules of its own: its language, and not more often than it looks back."""
    return questionnaires.is_one(plan.flow) and questionnaires.refusal(turn, patient, plan.flow) is not None


def _offer(turn: Turn, patient: Patient, found: list[Window]) -> bool:
    """One message for everything that is due at this hour."""
    if not found:
        return False
    told = turn.tell(
        patient, Screen(_words(turn, patient, found), silence.buttons(turn, patient, found)), Lane.BROADCAST, topic="check",
        once=f"check:{found[0].id}", expires_at=min(window.due_at for window in found) + LATE,
        because=f"checks:{','.join(str(window.plan_id) for window in found)}")
    if told is None:
        check_windows.settle(turn, [window.id for window in found], "held")
        return False
    for window in found:
        check_windows.change(turn, [window.id], offered_at=turn.now, message=told,
                             act_at=silence.when_again(turn, window, patient) or window.closes_at)
        turn.happened(events.CheckOffered(patient.id, window.flow))
    return True


def _words(turn: Turn, patient: Patient, found: list[Window]) -> Text:
    """What a locked screen may show: the clinic's name, and no illness. After silence in other words."""
    clinic, count = turn.settings.clinic.name, len(found)
    if _was_silent(turn, found[0]) and silence.in_a_row(turn, patient.id):
        first: Text = _("Hello from {clinic}. How are you? I have a short check-in for you.", clinic=clinic)
    elif count == 1:
        first = _("{clinic} has a short check-in for you. It takes about a minute.", clinic=clinic)
    else:
        first = n_("{clinic} has {count} short check-in for you.", "{clinic} has {count} short check-ins for you.", count,
                   clinic=clinic)
    instruments = [window.flow for window in found if questionnaires.is_one(window.flow)]
    before = [questionnaires.before(turn, patient, questionnaires.text_in(name, patient.language)) for name in instruments[:1]]
    return Lines((first, *(before or [_("Your care team reads the answers in office hours.")])))


def _was_silent(turn: Turn, window: Window) -> bool:
    return any(one.outcome == "silent" for one in check_windows.recent(turn, window.plan_id, 2))


def to_start(turn: Turn, patient: Patient) -> list[CarePlan]:
    """What /check may mean: what waits to be answered, else any of the patient's programmes."""
    waiting = {window.plan_id for window in check_windows.waiting(turn, patient.id)}
    known = plans.of_patient(turn, patient.id)
    return [plan for plan in known if plan.id in waiting] or known


def was_of_pregnancy(turn: Turn, patient_id: int, flow: str) -> bool:
    """Whether these questions are about a pregnancy in which this patient is not looked after, or no more: what was offered
    before a loss must not ask about the baby after it."""
    if not any(one.pregnancy and one.flow == flow for one in programmes().values()):
        return False
    open_now = {plan.flow for plan in plans.of_patient(turn, patient_id)}
    return flow not in open_now | {window.flow for window in check_windows.waiting(turn, patient_id)}


def not_today(turn: Turn, patient: Patient, edits: int | None) -> None:
    """The patient wants no check-in today: that is an answer too."""
    waiting = check_windows.waiting(turn, patient.id)
    check_windows.settle(turn, [window.id for window in waiting], "not_today")
    next_at = min((plan.next_at for plan in plans.of_patient(turn, patient.id) if plan.next_at), default=None)
    if next_at is None:
        words: Text = _("All right.")
    elif local(next_at, patient.time_zone).date() <= local(turn.now, patient.time_zone).date() + timedelta(days=1):
        words = _("All right. I will ask again tomorrow.")
    else:
        words = _("All right. I will ask again on {day}.", day=local(next_at, patient.time_zone).date())
    turn.tell(patient, Screen(words, edits=edits))


def offer_the_rest(turn: Turn, event: events.ConversationEnded) -> None:
    """One of several that were offered together is done: the others are offered again, since its questions took their place."""
    if event.outcome != "finished" or event.amended or event.patient_id is None or event.flow not in flows():
        return
    patient, waiting = patients.get(turn, event.patient_id), check_windows.waiting(turn, event.patient_id)
    if patient and waiting:
        rows = silence.buttons(turn, patient, waiting, by_name=True)
        turn.tell(patient, Screen(_("Also for today:"), rows), topic="check_more")
