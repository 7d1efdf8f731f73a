"""A page of our own for the questions of a check-in or a questionnaire, where the clinic wants none of them in Telegram.

The chat holds a link, which is good for a short time and opens with the patient's date of birth. It belongs to one
conversation: the page is another place to read and answer it, and everything else about it is as in the chat. What is said to
the patient there lies in the outbox like all that is ever said, with the page's number; see `Page` in care/heart/turn.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from care import escalations, events, patients, secret_links
from care.escalations import Severity
from care.heart.language import Lines, _
from care.heart.screen import Button, Screen
from care.heart.time import local
from care.heart.turn import Page, Turn
from care.patients import Patient
from care.secret_links import WRONG_DATES, Wrong, hashed
from care.tables import outbox, question_pages

GOOD_FOR = timedelta(minutes=30)
OPEN_FOR = timedelta(minutes=30)  # since the last answer: then the date of birth is asked for again, on a new link
TO_READ = timedelta(minutes=15)  # what the last answer called for stands so long
MOST_A_DAY, MOST_LOCKED = 30, 2  # links, and among them locked ones: then somebody is guessing
TOPIC = "question_page"


@dataclass(frozen=True)
class QuestionPage:
    """A link that can be opened, or the page that is open behind it. `since` is the first outbox row that stands there."""

    id: int
    patient_id: int
    chat_id: int
    conversation_id: int
    since: int
    language: str
    country: str


@dataclass(frozen=True)
class Opened:
    """The date of birth was right: with `key` this browser goes on until then."""

    page: QuestionPage
    key: str
    until: datetime


@dataclass(frozen=True)
class Said:
    """What stands on a page: an outbox row. `answered`: it is a question that has its answer beneath it."""

    id: int
    text: str
    buttons: list[list[list[str]]]
    topic: str
    answered: bool

    @property
    def answers(self) -> list[list[list[str]]]:
        """The buttons that answer it, in their rows."""
        return self._rows(True)

    @property
    def ways(self) -> list[list[list[str]]]:
        """Its other buttons: back, pause, a person."""
        return self._rows(False)

    @property
    def short(self) -> bool:
        """Whether its answers are numbers, or as short: several fit beside each other."""
        return all(len(label) <= 3 for row in self.answers for label, _data in row) and len(self.answers) > 1

    def _rows(self, answer: bool) -> list[list[list[str]]]:
        found = [[button for button in row if button[1].startswith("say:") == answer] for row in self.buttons]
        return [row for row in found if row]


def instead_of_chat(turn: Turn) -> bool:
    """Whether questions that are to be asked now belong on a page, and this turn is not of one."""
    return turn.settings.checks.on_pages and turn.page is None


def send(turn: Turn, patient: Patient, conversation_id: int, edits: int | None = None) -> int | None:
    """A link to where these questions can be answered, to the patient's chat; one that is still out works no more. Returns
    the outbox row with it."""
    assert patient.chat_id is not None
    _close_earlier(turn, patient, edits)
    made, locked = _made_lately(turn, patient.id)
    if made >= MOST_A_DAY or locked >= MOST_LOCKED:
        too_many = _("You have had many links today. Please try again tomorrow.")
        return turn.tell(patient, Screen(too_many, edits=edits), topic=TOPIC)
    token, expires_at = secret_links.new(), turn.now + GOOD_FOR
    page_id = turn.insert(question_pages, {
        "patient_id": patient.id, "chat_id": patient.chat_id, "conversation_id": conversation_id,
        "token_hash": hashed(token), "created_at": turn.now, "expires_at": expires_at})
    until = local(expires_at, patient.time_zone).time()
    told = turn.tell(patient, Screen(
        Lines((_("{clinic} has something short for you. It opens on a page of the clinic.", clinic=turn.settings.clinic.name),
               _("The link works until {time}. The page asks for the date of birth.", time=until))),
        ((Button(_("Open the page"), secret_links.address(turn, "page", token)),),
         (Button(_("New link"), f"go:{conversation_id}:{patient.id}"), Button(_("Pause"), f"pause:{conversation_id}:page"))),
        edits=edits), topic=TOPIC, expires_at=expires_at)
    turn.db.execute(update(question_pages).where(question_pages.c.id == page_id).values(message=told))
    turn.happened(events.QuestionPageMade(patient.id, page_id, conversation_id, patient.chat_id))
    return told


def has_link(turn: Turn, conversation_id: int) -> bool:
    """Whether these questions are asked on a page now."""
    return turn.db.execute(select(question_pages.c.id).where(
        question_pages.c.conversation_id == conversation_id, question_pages.c.closed_at.is_(None))).first() is not None


# Opening


def find(turn: Turn, token: str) -> QuestionPage | None:
    """What this link opens, for whoever knows the date of birth; None if it opens nothing, whatever is wrong with it."""
    return _page(turn, turn.db.execute(_to_open(turn, token)).first())


def reader_of(turn: Turn, token: str) -> str | None:
    """The language of whoever once got this link, whatever became of it: who comes with an old one is no guesser. None if it
    was never one of ours."""
    whose = turn.db.scalar(select(question_pages.c.patient_id).where(question_pages.c.token_hash == hashed(token)))
    patient = patients.get(turn, whose) if whose is not None else None
    return patient.language if patient else None


def open_(turn: Turn, token: str, born: date | None) -> Opened | Wrong | None:
    """Open it with the date of birth; a browser that had it open before has it no more. None: this link opens nothing."""
    found = find(turn, token)
    patient = speaks_for(turn, found) if found else None  # locked before the link, as whoever sends one does
    row = turn.db.execute(_to_open(turn, token).with_for_update()).first()
    if found is None or row is None or patient is None:
        return None
    if born != patient.date_of_birth:
        return _wrong(turn, row)
    opened = Opened(found, secret_links.new(), turn.now + OPEN_FOR)
    turn.db.execute(update(question_pages).where(question_pages.c.id == row.id).values(
        opened_at=turn.now, open_until=opened.until, pass_hash=hashed(opened.key)))
    turn.happened(events.QuestionPageOpened(patient.id, row.id, row.conversation_id))
    return opened


def admit(turn: Turn, token: str, key: str) -> QuestionPage | None:
    """The page that this browser has open; None if it has none, or no more."""
    if not turn.settings.checks.on_pages:
        return None
    return _page(turn, turn.db.execute(select(question_pages).where(
        question_pages.c.token_hash == hashed(token), question_pages.c.pass_hash == hashed(key),
        question_pages.c.open_until > turn.now)).first())


def once_admitted(turn: Turn, token: str, key: str) -> QuestionPage | None:
    """The page that this browser had open last, though it has it no more: what was typed there must not be lost."""
    row = turn.db.execute(select(question_pages).where(
        question_pages.c.token_hash == hashed(token), question_pages.c.pass_hash == hashed(key))).first()
    patient = patients.get(turn, row.patient_id) if row else None
    return _of_row(row, patient) if row and patient else None


def speaks_for(turn: Turn, page: QuestionPage) -> Patient | None:
    """The patient, locked, as the chat that got the link speaks for them; None if it does not, or they have left."""
    patient = next((one for one in patients.in_chat(turn, page.chat_id) if one.id == page.patient_id), None)
    return patient if patient and patient.consented else None


def enter(turn: Turn, page: QuestionPage) -> Patient | None:
    """From here on this turn is the page's: what is said to the patient stands there. None if the patient has left, the chat
    no longer speaks for them, or the page was closed since it was looked up."""
    patient = speaks_for(turn, page)
    still_open = turn.db.execute(select(question_pages.c.id).where(
        question_pages.c.id == page.id, question_pages.c.open_until > turn.now)).first()
    if patient is None or still_open is None:
        return None
    turn.page = Page(page.id, page.patient_id, page.chat_id)
    turn.db.execute(update(question_pages).where(
        question_pages.c.id == page.id, question_pages.c.closed_at.is_(None)).values(open_until=turn.now + OPEN_FOR))
    return patient


def stands(turn: Turn) -> None:
    """What this turn said is what the page shows from now on."""
    if turn.page and turn.page.said:
        turn.db.execute(update(question_pages).where(question_pages.c.id == turn.page.id).values(since=turn.page.said[0]))


# Reading


def said(turn: Turn, page: QuestionPage, also: int | None = None) -> list[Said]:
    """What stands on the page: what the last turn said, and the row `also`, if it is on this page."""
    rows = turn.db.execute(select(outbox).where(
        outbox.c.patient_id == page.patient_id, outbox.c.page_id == page.id,
        or_(outbox.c.id >= page.since, outbox.c.id == also)).order_by(outbox.c.id))
    return [Said(row.id, row.text, row.buttons, row.topic, row.closes is not None) for row in rows]


def carried(turn: Turn, page: QuestionPage) -> set[str]:
    """What the buttons carry that were ever shown on this page: nothing else may come back from it."""
    rows = turn.db.scalars(select(outbox.c.buttons).where(
        outbox.c.patient_id == page.patient_id, outbox.c.page_id == page.id))
    return {data for buttons in rows for line in buttons for _label, data in line}


def seen(turn: Turn, page: QuestionPage, last: int) -> None:
    """The page has arrived, with all that it said up to this outbox row: a safety card on it need not go to the chat too."""
    turn.db.execute(update(outbox).where(
        outbox.c.patient_id == page.patient_id, outbox.c.page_id == page.id, outbox.c.id <= last, outbox.c.outcome.is_(None),
        outbox.c.claimed_at.is_(None)).values(outcome="sent", settled_at=turn.now))


# Reactions


def ended(turn: Turn, event: events.ConversationEnded) -> None:
    """With its questions a link ends. Whoever has the page open may still read what the last answer called for."""
    row = turn.db.execute(select(question_pages).where(
        question_pages.c.conversation_id == event.conversation_id, question_pages.c.closed_at.is_(None))).first()
    if row is None:
        return
    finished = event.outcome == "finished"
    _close(turn, row.id, event.outcome,
           turn.now + TO_READ if finished and turn.page and turn.page.id == row.id else None)
    patient = patients.answering(turn, row.patient_id, row.chat_id)
    if patient and row.message is not None:
        turn.tell(patient, Screen(_("Done. Thank you.") if finished else _(
            "These questions have ended. What you answered is kept."), closes=row.message), topic=TOPIC)


def stopped(turn: Turn, event: events.Event) -> None:
    """Whoever leaves, or whose phone is cut off, answers nothing by an old link."""
    whose = [question_pages.c.patient_id == event.patient_id]
    if isinstance(event, events.LinkCut):
        whose.append(question_pages.c.chat_id == event.chat_id)
    turn.db.execute(update(question_pages).where(*whose, question_pages.c.closed_at.is_(None)).values(
        closed_at=turn.now, closed_why="stopped"))
    turn.db.execute(update(question_pages).where(*whose, question_pages.c.open_until.is_not(None)).values(open_until=None))


def judge_locked(turn: Turn, event: events.QuestionPageLocked) -> None:
    escalations.open_(turn, event.patient_id, Severity.URGENT, "question_page_locked",
                      "Three wrong dates of birth on the link to a check-in: who has it?", None, event.chat_id)


# Within


def _page(turn: Turn, row: Any) -> QuestionPage | None:
    patient = patients.get(turn, row.patient_id) if row else None
    if row is None or patient is None or not patient.consented:
        return None
    return _of_row(row, patient)


def _of_row(row: Any, patient: Patient) -> QuestionPage:
    return QuestionPage(row.id, row.patient_id, row.chat_id, row.conversation_id, row.since or 0, patient.language,
                        patient.country)


def _to_open(turn: Turn, token: str) -> Any:
    found = select(question_pages).where(
        question_pages.c.token_hash == hashed(token), question_pages.c.closed_at.is_(None),
        question_pages.c.expires_at > turn.now)
    return found if turn.settings.checks.on_pages else found.where(question_pages.c.id.is_(None))


def _close_earlier(turn: Turn, patient: Patient, edits: int | None) -> None:
    """The patient's open link, if there is one, opens nothing more; its message says so, unless a new one takes its place."""
    row = turn.db.execute(select(question_pages).where(
        question_pages.c.patient_id == patient.id, question_pages.c.closed_at.is_(None))).first()
    if row is None:
        return
    _close(turn, row.id, "replaced", None)
    reader = patients.answering(turn, patient.id, row.chat_id)
    if reader and row.message is not None and edits is None:
        turn.tell(reader, Screen(_("There is a newer link below."), closes=row.message), topic=TOPIC)


def _close(turn: Turn, page_id: int, why: str, open_until: datetime | None) -> None:
    turn.db.execute(update(question_pages).where(question_pages.c.id == page_id).values(
        closed_at=turn.now, closed_why=why, open_until=open_until))


def _wrong(turn: Turn, row: Any) -> Wrong:
    wrong = row.wrong_dates + 1
    turn.db.execute(update(question_pages).where(question_pages.c.id == row.id).values(wrong_dates=wrong))
    if wrong >= WRONG_DATES:
        _close(turn, row.id, "locked", None)
        turn.happened(events.QuestionPageLocked(row.patient_id, row.id, row.chat_id))
    return Wrong(max(0, WRONG_DATES - wrong))


def _made_lately(turn: Turn, patient_id: int) -> tuple[int, int]:
    """How many links within a day, and how many of them were locked."""
    why = list(turn.db.scalars(select(question_pages.c.closed_why).where(
        question_pages.c.patient_id == patient_id, question_pages.c.created_at > turn.now - timedelta(days=1))))
    return len(why), why.count("locked")
