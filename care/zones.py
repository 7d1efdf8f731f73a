"""Judging answers by the zones: what needs a person opens an escalation, and the patient hears what happens next.

The rules are data, in content/check_ins. Green needs no word here: the answer is kept, and the check-in goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from care import conversations, crisis, escalations, events, office, patients, safety, second_readings, thresholds, zone_rules
from care.escalations import Severity
from care.heart.language import Lines, Msg, _
from care.heart.reason import Reason
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.patients import Patient
from care.zone_measures import Asked, measured, often_enough
from care.zone_rules import Rule

SEVERITY = {"red": Severity.EMERGENCY, "amber": Severity.URGENT}
SET_FOR = {"file": "", "clinic": " (as the clinic has set it)", "patient": " (as set for this patient)"}


@dataclass(frozen=True)
class Met:
    """A rule that an answer has met. `first` alone: it waits for a second reading."""

    rule: Rule
    reason: str
    told: str
    waits: bool = False


def judge(turn: Turn, event: events.AnswerSaved) -> None:
    """Open what the rules ask for, and tell the patient what happens next. What was opened by an answer that is put right
    stays open, and says so: only a person closes one."""
    check_in = zone_rules.of(event.flow)
    rules = check_in.concerning(event.key) if check_in else ()
    if not rules or check_in is None or event.patient_id is None:
        return
    given = conversations.answers_in(turn, event.conversation_id) if any(rule.again for rule in rules) else {}
    given[event.key] = event.value
    numbers = thresholds.numbers(turn, event.patient_id) if any(rule.number is not None for rule in rules) else {}
    asked = Asked(turn, event.patient_id, event.conversation_id, check_in.usuals, numbers)
    for key in dict.fromkeys(rule.key for rule in rules):
        concerned = [rule for rule in rules if rule.key == key]
        met = [one for rule in concerned if (one := _judged(asked, rule, given))]
        now, waiting = [one for one in met if not one.waits], [one for one in met if one.waits]
        if now:
            _act(turn, event, key, now)
        elif not waiting and (event.amended or event.key != key):
            put_right = "corrected" if event.amended else "measured again"
            escalations.corrected(turn, event.patient_id, f"answer:{key}", f"{_value(event.value, event.shown)} ({put_right})")
        if waiting:
            _expect(turn, event, key, waiting)
        elif any(rule.again for rule in concerned):
            second_readings.settle(turn, event.conversation_id, key)


def _judged(asked: Asked, rule: Rule, given: Mapping[str, Any]) -> Met | None:
    """The rule, if what has been answered so far meets it."""
    number, origin = asked.numbers.get(rule.id, (None, "file"))
    first, second = given.get(rule.key), given.get(rule.again)
    judged = first if second is None else second if rule.judge == "latest" else _mean(first, second)
    amount = measured(asked, rule, judged)
    if amount is None or not rule.met_by(amount.value, number) or not often_enough(asked, rule, number):
        return None
    told = amount.told or ("" if second is None or rule.judge == "latest" else f"average {_value(judged)}")
    # The flow measures again by the file's number; a patient's own, stricter one calls the team at once.
    waits = bool(rule.again) and second is None and rule.met_by(first)
    return Met(rule, rule.words(number) + SET_FOR[origin], told, waits)


def _mean(first: Any, second: Any) -> Any:
    """The mean of two readings, part by part."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {name: _mean(first[name], second[name]) for name in first if name in second}
    return second if not isinstance(first, int | float) else round((first + second) / 2, 1)


def _act(turn: Turn, event: events.AnswerSaved, key: str, met: Sequence[Met]) -> None:
    """Tell staff and the patient, by the worst zone that is met."""
    assert event.patient_id is not None
    zone = min((one.rule.zone for one in met), key=zone_rules.ZONES.index)
    worst = [one for one in met if one.rule.zone == zone]
    told = _list(one.told for one in worst)
    value = _value(event.value, event.shown) + (f" ({told})" if told else "")
    turn.happened(events.RulesMet(
        event.patient_id, event.conversation_id, key, zone, tuple(dict.fromkeys(one.rule.id for one in worst))))
    escalation_id = escalations.open_(
        turn, event.patient_id, SEVERITY[zone], f"answer:{key}", _list(one.reason for one in worst), value, event.chat_id)
    patient = patients.answering(turn, event.patient_id, event.chat_id)
    if patient is None:
        return
    when = _when(turn, patient, escalation_id)
    if zone == "red":
        second_readings.settle(turn, event.conversation_id)
        looked_at = _("Someone from your care team will look at this {when}.", when=when)
        for card in dict.fromkeys(one.rule.card for one in worst):
            safety.show_card(turn, patient, patient.country, card, looked_at)
    elif not _someone_comes_sooner(turn, event):
        words = _("Thank you for telling me. I have told your care team. Someone will look at this {when}.", when=when)
        turn.tell(patient, Screen(words), once=f"told:{event.conversation_id}:{zone}")


def _someone_comes_sooner(turn: Turn, event: events.AnswerSaved) -> bool:
    """Whether the patient has just been told, in this conversation, to call for help: a later time would only confuse."""
    assert event.patient_id is not None
    conversation = conversations.of_patient(turn, event.patient_id, event.conversation_id)
    return conversation is not None and escalations.emergency_since(turn, event.patient_id, conversation.opened_at)


def _expect(turn: Turn, event: events.AnswerSaved, key: str, waiting: Sequence[Met]) -> None:
    """Have the second reading waited for, but not for ever."""
    assert event.patient_id is not None
    second_readings.expect(
        turn, event.patient_id, event.conversation_id, event.chat_id, key, min(one.rule.minutes for one in waiting),
        _list(one.reason for one in waiting) + "; not measured again", _value(event.value, event.shown))


def second_never_came(turn: Turn, waiting_id: int) -> None:
    """Nothing was measured again in time: the first reading is acted on as it is, and the patient hears so."""
    late = second_readings.take(turn, waiting_id)
    if late is None:
        return
    escalation_id = escalations.open_(
        turn, late.patient_id, Severity.URGENT, f"answer:{late.key}", late.reason, late.value, late.chat_id)
    patient = patients.answering(turn, late.patient_id, late.chat_id)
    if patient is None:
        return
    turn.tell(patient, Screen(Lines((
        _("I have not had a second reading from you, so I have told your care team. Someone will look at this {when}.",
          when=_when(turn, patient, escalation_id)),
        _("You can still send it. If you feel very unwell, call {number}.", number=crisis.emergency_number(patient.country))))),
        because="second_reading:")


def why_told(turn: Turn, patient: Patient, key: str) -> Reason:
    return Reason(_("You gave a number that was to be measured again. The second one did not come."),
                  _("The number to measure again at is set by your care team. To ask about it, just type here."))


def _when(turn: Turn, patient: Patient, escalation_id: int) -> Msg:
    escalation = escalations.get(turn, escalation_id)
    assert escalation
    return office.when(turn, escalation.due_at, patient.time_zone)


def _list(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(one for one in words if one))


def _value(value: Any, shown: str = "") -> str:
    """The answer in words, for staff."""
    if shown:
        return shown
    match value:
        case dict():
            return " over ".join(f"{part:g}" for name, part in value.items() if name != "pulse")
        case list():
            return ", ".join(str(one).replace("_", " ") for one in value)
        case int() | float():
            return f"{value:g}"
    return str(value)
