"""Files between a patient and the clinic: a photo, a document, a recording. Fetched and checked outside of any turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select, update

from care import events, patients
from care.heart.language import _
from care.heart.screen import Screen
from care.heart.turn import Turn
from care.media import NAMED
from care.tables import files

KINDS = ("photo", "document", "voice")  # of what patients send
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


@dataclass(frozen=True)
class File:
    id: int
    patient_id: int | None
    state: str  # wanted: still at Telegram; kept; refused
    media_type: str | None
    size: int | None
    stored: str | None  # its name in the folder
    why: str | None
    telegram_file_id: str | None
    attempts: int
    by: str | None  # a person on staff; none: the patient

    @property
    def name(self) -> str:
        """What it is called when it is saved: nothing that its sender chose."""
        return f"file-{self.id}.{NAMED.get(self.media_type or '', 'bin')}"


FILE: Select[Any] = select(
    files.c.id, files.c.patient_id, files.c.state, files.c.media_type, files.c.size, files.c.stored, files.c.why,
    files.c.telegram_file_id, files.c.attempts, files.c.by)


def expect(turn: Turn, patient_id: int | None, chat_id: int, message: int, telegram_file_id: str) -> None:
    """A patient's message came with a file: it is to be fetched."""
    turn.insert(files, {
        "patient_id": patient_id, "chat_id": chat_id, "message_id": message, "telegram_file_id": telegram_file_id,
        "state": "wanted", "created_at": turn.now, "next_try_at": turn.now})


def is_about(turn: Turn, message: int, patient_id: int) -> None:
    """It has been said now whom the message that it came with is about."""
    turn.db.execute(update(files).where(files.c.message_id == message).values(patient_id=patient_id))


def get(turn: Turn, file_id: int) -> File | None:
    row = turn.db.execute(FILE.where(files.c.id == file_id)).first()
    return File(*row) if row else None


def any_wanted(turn: Turn) -> bool:
    wanted = select(files.c.id).where(files.c.state == "wanted", files.c.next_try_at <= turn.now).limit(1)
    return turn.db.scalar(wanted) is not None


def claim(turn: Turn, most: int = 4) -> list[File]:
    """Files to fetch now. Whoever dies fetching loses nothing: they come up again."""
    found = [File(*row) for row in turn.db.execute(
        FILE.where(files.c.state == "wanted", files.c.next_try_at <= turn.now)
        .order_by(files.c.id).limit(most).with_for_update(skip_locked=True))]
    for one in found:
        pause = PAUSES[min(one.attempts, len(PAUSES) - 1)]
        _change(turn, one.id, attempts=one.attempts + 1, next_try_at=turn.now + pause)
    return found


def kept(turn: Turn, file_id: int, media_type: str, size: int, stored: str) -> None:
    """It was fetched, checked, and lies in the folder."""
    _settle(turn, file_id, state="kept", media_type=media_type, size=size, stored=stored)


def could_not_be_fetched(turn: Turn, file_id: int, why: str) -> None:
    """Telegram did not hand it out; after the last try there is none."""
    this = get(turn, file_id)
    if this and this.attempts >= len(PAUSES):
        refused(turn, file_id, why)


def refused(turn: Turn, file_id: int, why: str) -> None:
    """It cannot be taken: staff see why, and the patient is told what would be right."""
    row = turn.db.execute(select(files.c.patient_id, files.c.chat_id, files.c.state).where(files.c.id == file_id)).first()
    if row is None or row.state != "wanted":
        return
    _settle(turn, file_id, state="refused", why=why)
    patient = patients.answering(turn, row.patient_id, row.chat_id) if row.patient_id is not None else None
    if patient and patient.consented:
        words = _("I could not open the file that you sent. Please send a photo, or a PDF of at most 10 MB.")
        turn.tell(patient, Screen(words), once=f"file:{file_id}")


def add(turn: Turn, patient_id: int, media_type: str, size: int, stored: str, by: str) -> int:
    """A person on staff has brought a file for this patient."""
    return turn.insert(files, {
        "patient_id": patient_id, "state": "kept", "media_type": media_type, "size": size, "stored": stored, "by": by,
        "created_at": turn.now, "settled_at": turn.now, "next_try_at": turn.now})


def _settle(turn: Turn, file_id: int, **changed: Any) -> None:
    settled = turn.db.execute(update(files).where(files.c.id == file_id, files.c.state == "wanted").values(
        settled_at=turn.now, **changed).returning(files.c.patient_id)).first()
    if settled:
        turn.happened(events.FileSettled(settled.patient_id, file_id, str(changed["state"])))


def _change(turn: Turn, file_id: int, **changed: Any) -> None:
    turn.db.execute(update(files).where(files.c.id == file_id).values(**changed))


def nobodys(turn: Turn, stored: Sequence[str]) -> list[str]:
    """Of these names in the folder, those that no row knows: the patient was forgotten, or whoever put it there died first."""
    known = set(turn.db.scalars(select(files.c.stored).where(files.c.stored.is_not(None))))
    return [name for name in stored if name not in known]
