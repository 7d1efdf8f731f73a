"""/learn: lessons by topic, those that fit, and those that speak of what a patient types."""

from datetime import timedelta

from sqlalchemy import delete, select

from care import messages
from care.heart.language import Lines, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.lessons import deliveries, fitting, library, reading, search
from care.lessons.lesson import TOPICS, Lesson
from care.messages import Written
from care.patients import Patient
from care.tables import lesson_searches

PAGE = 8  # lessons that a phone shows without scrolling
SEARCHES = timedelta(minutes=10)  # this long the next words are what a patient looks for
READ = "✓"
Rows = list[tuple[Button, ...]]


def topics(turn: Turn, patient: Patient, edits: int | None = None) -> None:
    """What there is to read about."""
    _forget_search(turn, patient)
    found = fitting.to_browse(turn, patient)
    if not found:
        turn.tell(patient, Screen(_("There are no lessons here yet."), edits=edits), topic=reading.TOPIC)
        return
    rows: Rows = []
    if fitting.for_patient(turn, patient):
        rows.append((Button(_("For you"), f"learn:topic:for_you:0:{patient.id}"),))
    held = {lesson.topic for lesson in found}
    rows += [(Button(called, f"learn:topic:{name}:0:{patient.id}"),) for name, called in TOPICS.items() if name in held]
    rows.append((Button(_("Search"), f"learn:search:{patient.id}"),))
    turn.tell(patient, Screen(_("What would you like to read about?"), tuple(rows), edits=edits), topic=reading.TOPIC)


def topic(turn: Turn, patient: Patient, name: str, page: int, edits: int | None) -> None:
    """The lessons of a topic, or those that fit."""
    chosen = (fitting.for_patient(turn, patient) if name == "for_you"
              else [lesson for lesson in fitting.to_browse(turn, patient) if lesson.topic == name])
    if not chosen:
        topics(turn, patient, edits)
        return
    page = max(0, min(page, (len(chosen) - 1) // PAGE))
    rows = _listed(turn, patient, chosen[page * PAGE:(page + 1) * PAGE])
    if len(chosen) > PAGE:
        more = 0 if (page + 1) * PAGE >= len(chosen) else page + 1
        rows.append((Button(_("More"), f"learn:topic:{name}:{more}:{patient.id}"),))
    called: Text = _("For you") if name == "for_you" else TOPICS[name]
    turn.tell(patient, Screen(called, (*rows, _back(patient)), edits=edits), topic=reading.TOPIC)


def _listed(turn: Turn, patient: Patient, found: list[Lesson]) -> Rows:
    done = deliveries.finished(turn, patient.id)
    return [(Button(f"{READ} {title}" if lesson.name in done else title, f"learn:one:{lesson.name}:{patient.id}"),)
            for lesson in found for title in (lesson.text_in(patient.language).title,)]


def _back(patient: Patient) -> tuple[Button, ...]:
    return (Button(_("Back"), f"learn:topics:{patient.id}"),)


def one(
    turn: Turn, patient: Patient, name: str, edits: int | None, who: fitting.Circumstances | None = None,
) -> bool:
    """Begin a lesson, as for somebody like `who`; False if there is none of that name any more."""
    lesson = library.of(turn).get(name)
    if lesson is None or not fitting.may_see(lesson, who or fitting.circumstances(turn, patient)):
        return False
    reading.read(turn, patient, lesson, edits)
    return True


# Searching


def ask_what(turn: Turn, patient: Patient, edits: int | None) -> None:
    """The patient's next words are what they look for."""
    _forget_search(turn, patient)
    turn.insert(lesson_searches, {"patient_id": patient.id, "asked_at": turn.now})
    turn.tell(patient, Screen(_("What do you want to know? Please type a word or two."), (_back(patient),), edits=edits),
              topic=reading.TOPIC)


def hear(turn: Turn, patient: Patient, written: Written) -> bool:
    """Take words as what is looked for; False if nobody has just tapped Search. They are kept, so that they can still be
    passed on to people: that is one tap away."""
    asked_at = turn.db.scalar(select(lesson_searches.c.asked_at).where(lesson_searches.c.patient_id == patient.id))
    if asked_at is None:
        return False
    _forget_search(turn, patient)
    if turn.now - asked_at > SEARCHES or written.kind != "text" or patient.chat_id is None:
        return False
    kept = messages.keep(turn, patient.chat_id, patient.id, written)
    look_for(turn, patient, written.text, kept)
    return True


def look_for(turn: Turn, patient: Patient, words: str, kept: int | None = None) -> None:
    """Show the lessons that speak of this."""
    found = search.find(library.of(turn), fitting.to_browse(turn, patient), words, patient.language)
    rows = _listed(turn, patient, found)
    if kept is not None:
        rows.append((Button(_("Send to the care team"), f"pass:{kept}:{patient.id}"),))
    said: Text = _("This is what I have about it:") if found else Lines((
        _("I have no lesson about that."), _("To ask your care team, just type here.")) if kept is None else (
        _("I have no lesson about that."),))
    turn.tell(patient, Screen(said, (*rows, _back(patient))), topic=reading.TOPIC)


def _forget_search(turn: Turn, patient: Patient) -> None:
    turn.db.execute(delete(lesson_searches).where(lesson_searches.c.patient_id == patient.id))
