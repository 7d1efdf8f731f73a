"""What a person on staff may send one patient from their thread: a lesson, a questionnaire, a check-in. Each can be read
first, as the patient will read it, in the patient's language."""

from dataclasses import dataclass
from datetime import datetime

from care import instruments, patients, plans, preferences, questionnaires
from care.heart import gate
from care.heart.language import SOURCE, Lines, Text, _, in_language
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.lessons import deliveries, fitting, giving, library, reading, screens
from care.lessons.lesson import Lesson
from care.patients import Patient
from care.plans import CarePlan
from care.programmes import GENERAL, programmes

LESSON, QUESTIONNAIRE, CHECK_IN = KINDS = ("lesson", "questionnaire", "check_in")
NO_LESSONS = "This patient has chosen to get no lessons. They can still read them with /learn."


class Refused(ValueError):
    """It is not sent. The message says why, in words for staff."""


@dataclass(frozen=True)
class Offer:
    """Something that may be sent. `notes` is what whoever sends it should know; `refusal` why it cannot be sent now."""

    kind: str
    name: str
    title: str  # for staff, in English
    fits: bool  # it is for this patient in particular
    notes: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Preview:
    """`messages` are what the patient reads, in order: what comes first, then what it opens."""

    offer: Offer
    language: str
    leaves_at: datetime
    messages: tuple[str, ...]


def for_patient(turn: Turn, patient_id: int) -> list[Offer]:
    """Everything that may be sent to this patient, of each kind what fits first. Raises LookupError for no such patient."""
    patient = _known(turn, patient_id)
    why_not = _nothing(turn, patient)
    now, seen = fitting.circumstances(turn, patient), deliveries.finished(turn, patient_id)
    unwanted = why_not or (NO_LESSONS if reading.TOPIC in preferences.refused(turn, patient_id) else None)
    lessons = sorted((_lesson(turn, patient, lesson, fitting.fits(lesson, now), lesson.name in seen, unwanted)
                      for lesson in library.of(turn).lessons.values()), key=lambda offer: (not offer.fits, offer.title))
    return [*lessons, *(_questionnaire(turn, patient, name, why_not) for name in instruments.names()),
            *(_check_in(flow, called, why_not) for flow, called in _check_ins(turn, patient_id).items())]


def _lesson(turn: Turn, patient: Patient, lesson: Lesson, fits: bool, read: bool, why_not: str | None) -> Offer:
    notes = (*library.whats_to_know(lesson, patient.language, turn), *(["Has read it already."] if read else []))
    return Offer(LESSON, lesson.name, lesson.english.title, fits, notes, why_not)


def _questionnaire(turn: Turn, patient: Patient, name: str, why_not: str | None) -> Offer:
    refusal = None if why_not else questionnaires.refusal(turn, patient, name)
    title = questionnaires.text_in(name, SOURCE).title
    return Offer(QUESTIONNAIRE, name, title, False, (), why_not or (refusal.staff if refusal else None))


def _check_in(flow: str, called: str, why_not: str | None) -> Offer:
    return Offer(CHECK_IN, flow, called, True, (), why_not)


def _check_ins(turn: Turn, patient_id: int) -> dict[str, str]:
    """The check-ins of a patient's programmes, else the one that is for everybody; by flow, with their titles."""
    plans_now: list[CarePlan] = plans.of_patient(turn, patient_id)
    asked = {plan.flow: plan.of.title for plan in plans_now if not questionnaires.is_one(plan.flow)}
    return asked or {programmes()[GENERAL].flow: programmes()[GENERAL].title}


def _known(turn: Turn, patient_id: int) -> Patient:
    patient = patients.get(turn, patient_id)
    if patient is None:
        raise LookupError("There is no such patient.")
    return patient


def _nothing(turn: Turn, patient: Patient) -> str | None:
    """Why nothing at all may be sent to this patient now."""
    if patient.chat_id is None or not patient.consented or patient.state != "active":
        return "This patient has not agreed to messages, or has left: call instead."
    if not patient.reachable:
        return "The bot cannot reach this phone: call instead."
    if patient.situation in gate.NOT_ASKED:
        return f"Nothing is sent: {gate.NOT_ASKED[patient.situation]}."
    return None


def preview(turn: Turn, patient_id: int, kind: str, name: str) -> Preview:
    """It, as this patient would read it. Raises LookupError if there is no such patient, or no such thing to send."""
    patient = _known(turn, patient_id)
    offer = next((one for one in for_patient(turn, patient_id) if (one.kind, one.name) == (kind, name)), None)
    if offer is None:
        raise LookupError(f"There is no {kind.replace('_', ' ')} of that name to send.")
    language, at = patient.language, turn.now
    if kind == LESSON:
        text = library.of(turn).lessons[name].text_in(patient.language)
        language, at = text.language, giving.leaves_at(turn, patient)
        messages = [in_language(giving.words(turn), patient.language),
                    *(f"{text.title}\n\n{card.text.words}" for card in text.cards),
                    *(f"[{in_language(label, patient.language)}]\n{words}" for label, words in screens.beside(text)),
                    *(f"{one.ask}\n" + "\n".join(f"[{answer}]" for answer in one.answers) for one in text.questions)]
    elif kind == QUESTIONNAIRE:
        instrument = questionnaires.text_in(name, patient.language)
        messages = [in_language(questionnaires.before(turn, patient, instrument), patient.language)]
    else:
        messages = [in_language(_invitation(turn), patient.language)]
    return Preview(offer, language, at, tuple(messages))


def _invitation(turn: Turn) -> Text:
    return Lines((
        _("{clinic} has a short check-in for you. It takes about a minute.", clinic=turn.settings.clinic.name),
        _("Your care team reads the answers in office hours.")))


def send(turn: Turn, patient_id: int, kind: str, name: str) -> Offer:
    """Send it; the patient begins with a tap. Raises Refused, or LookupError as `preview` does."""
    patients.lock(turn, patient_id)
    offer = preview(turn, patient_id, kind, name).offer
    if offer.refusal:
        raise Refused(offer.refusal)
    patient = _known(turn, patient_id)
    if kind == LESSON:
        giving.give(turn, patient, library.of(turn).lessons[name])
    elif kind == QUESTIONNAIRE:
        if why_not := questionnaires.send(turn, patient_id, name):
            raise Refused(why_not)
    else:
        asked_by = ",".join(str(plan.id) for plan in plans.of_patient(turn, patient_id) if plan.flow == name)
        turn.tell(patient, Screen(_invitation(turn), (
            (Button(_("Start"), f"flow:{name}:{patient.id}"),), (Button(_("Not now"), f"notnow:{patient.id}"),))),
            topic="check_asked", because=f"checks:{asked_by}")
    return offer
