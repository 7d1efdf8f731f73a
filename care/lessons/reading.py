"""Reading a lesson: card by card in one message, then questions that show whether we explained it, then whether it helped."""

from care import escalations, events
from care.escalations import Severity
from care.heart.language import Lines, Text, _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.lessons import deliveries, library, screens
from care.lessons.deliveries import Delivery
from care.lessons.lesson import Lesson
from care.patients import Patient

TOPIC = "lesson"
KNOWN = _("I know this already.")


def read(turn: Turn, patient: Patient, lesson: Lesson, edits: int | None = None) -> None:
    """The patient wants this lesson: it begins, or goes on where it was begun."""
    delivery = deliveries.at_hand(turn, patient.id, lesson, patient.language) or deliveries.begin(
        turn, patient, lesson, deliveries.ASKED)
    open_(turn, patient, delivery, edits)


def open_(turn: Turn, patient: Patient, delivery: Delivery, edits: int | None = None) -> None:
    """The first card."""
    if delivery.opened_at is None:
        deliveries.change(turn, delivery.id, opened_at=turn.now)
        turn.happened(events.LessonOpened(patient.id, delivery.id, delivery.lesson))
    show_card(turn, patient, delivery, 0, edits)


def show_card(turn: Turn, patient: Patient, delivery: Delivery, number: int, edits: int | None) -> None:
    """One card. Whoever sees the last one has finished."""
    last = len(delivery.cards) - 1
    number = max(0, min(number, last))
    known = library.of(turn)
    see = tuple((name, lesson.text_in(patient.language).title) for name in delivery.cards[number][2]
                if (lesson := known.get(name)))
    turn.tell(patient, screens.card(delivery, number, see, edits), topic=TOPIC)
    if number == last and delivery.finished_at is None:
        deliveries.change(turn, delivery.id, finished_at=turn.now)
        turn.happened(events.LessonFinished(patient.id, delivery.id, delivery.lesson))


def show(turn: Turn, patient: Patient, delivery: Delivery, what: str) -> None:
    """The picture or the video, with the same in words: those stay where it cannot be shown."""
    if named := delivery.shown.get(what):
        turn.tell(patient, Screen(delivery.shown[f"{what}_says"], picture={"lesson": named}), topic=TOPIC)


def ask(turn: Turn, patient: Patient, delivery: Delivery, edits: int | None) -> None:
    """The next question; after the last one, whether it helped."""
    if delivery.question < len(delivery.questions):
        turn.tell(patient, screens.question(delivery, edits), topic=TOPIC)
    elif delivery.helpful is None:
        turn.tell(patient, screens.rating(delivery, edits), topic=TOPIC)
    else:
        turn.tell(patient, screens.closed(delivery, patient, edits), topic=TOPIC)


def answer(turn: Turn, patient: Patient, delivery: Delivery, question: int, answered: int, edits: int | None) -> Text | None:
    """An answer to a question. One that is not right is explained in other words, and may be given again; after a second one
    a person is told, calmly. A button of an earlier question changes nothing."""
    if question != delivery.question or question >= len(delivery.questions):
        ask(turn, patient, delivery, edits)
        return KNOWN
    asked = delivery.questions[question]
    if answered == asked[2]:
        _answered(turn, patient, delivery, clear=True)
        turn.tell(patient, screens.right(delivery, asked, edits), topic=TOPIC)
    elif delivery.wrong == 0:
        deliveries.change(turn, delivery.id, wrong=1)
        again = Lines((_("Not quite. Let me say it another way."), asked[4]))
        turn.tell(patient, screens.question(delivery, edits, above=(again,)), topic=TOPIC)
    else:
        _answered(turn, patient, delivery, clear=False)
        escalations.open_(
            turn, patient.id, Severity.ROUTINE, f"lesson:{delivery.lesson}",
            f"Read the lesson \"{_english_title(turn, delivery)}\" and answered a question about it wrongly twice", asked[0])
        turn.tell(patient, screens.twice_not_right(delivery, asked, edits), topic=TOPIC)
    return None


def _english_title(turn: Turn, delivery: Delivery) -> str:
    lesson = library.of(turn).get(delivery.lesson)
    return lesson.english.title if lesson else delivery.title


def _answered(turn: Turn, patient: Patient, delivery: Delivery, clear: bool) -> None:
    unclear, question = delivery.unclear + (not clear), delivery.question + 1
    deliveries.change(turn, delivery.id, question=question, wrong=0, unclear=unclear)
    if question >= len(delivery.questions):
        deliveries.change(turn, delivery.id, checked_at=turn.now, understood=unclear == 0)
        turn.happened(events.LessonChecked(patient.id, delivery.id, delivery.lesson, unclear == 0))


def rate(turn: Turn, patient: Patient, delivery: Delivery, said: str, edits: int | None) -> None:
    """Whether it helped; if not, perhaps why."""
    if said in screens.BECAUSE:
        deliveries.change(turn, delivery.id, unhelpful_because=said)
    elif said in ("yes", "no"):
        deliveries.change(turn, delivery.id, helpful=said == "yes", unhelpful_because=None)
        turn.happened(events.LessonRated(patient.id, delivery.id, delivery.lesson, said == "yes"))
    show = screens.why_not(delivery, edits) if said == "no" else screens.closed(delivery, patient, edits)
    turn.tell(patient, show, topic=TOPIC)


def later(turn: Turn, patient: Patient, edits: int | None) -> None:
    turn.tell(patient, Screen(_("All right. You find it in /learn whenever you like."), edits=edits), topic=TOPIC)


def refuse(turn: Turn, patient: Patient, delivery: Delivery, edits: int | None) -> None:
    """Not interested: this lesson is not offered again. It stays in /learn."""
    if delivery.refused_at is None:
        deliveries.change(turn, delivery.id, refused_at=turn.now)
        turn.happened(events.LessonRefused(patient.id, delivery.id, delivery.lesson))
    turn.tell(patient, Screen(_("All right. I will not offer this one again."), edits=edits), topic=TOPIC)
