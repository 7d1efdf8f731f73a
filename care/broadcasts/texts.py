"""A broadcast: to whom, about what, its words in each language, and how they look to a patient."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, select

from care.cohorts import Criteria
from care.heart.language import Lines, Text, _
from care.heart.screen import Button, Screen
from care.heart.turn import Turn
from care.tables import broadcast_texts, broadcasts, cohorts

LONGEST = 3500  # characters; with what we put around it a message stays below Telegram's 4096
TOPICS = ("news", "lesson", "survey")
UNDER_WAY = ("sending", "paused")
OVER = ("cancelled", "finished")


@dataclass(frozen=True)
class Broadcast:
    """`criteria` are those of the saved cohort, as it stands now, until everybody is planned. `texts`: words by language."""

    id: int
    title: str
    topic: str
    cohort_id: int | None
    criteria: Criteria
    openly: bool
    expects_answers: bool
    leaves_out: bool
    on_date: date | None
    at_time: time | None
    version: int
    state: str
    author_id: int
    made_at: datetime
    counted: int | None
    approver_id: int | None
    approved_at: datetime | None
    begins_at: datetime | None
    planned_to: int | None
    planned_at: datetime | None
    ended_at: datetime | None
    texts: Mapping[str, str]

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def begun(self) -> bool:
        """Whether somebody is planned already, so that whom it goes to is no longer to be changed."""
        return self.planned_to is not None


def _wanted() -> Select[Any]:
    return (select(broadcasts, cohorts.c.criteria.label("of_cohort"), cohorts.c.removed_at)
            .outerjoin(cohorts, cohorts.c.id == broadcasts.c.cohort_id))


def get(turn: Turn, broadcast_id: int) -> Broadcast | None:
    row = turn.db.execute(_wanted().where(broadcasts.c.id == broadcast_id)).first()
    return _read(turn, row) if row else None


def lock(turn: Turn, broadcast_id: int) -> Broadcast | None:
    """A broadcast that nobody else changes until this turn ends."""
    held = turn.db.execute(select(broadcasts.c.id).where(broadcasts.c.id == broadcast_id).with_for_update()).first()
    return get(turn, broadcast_id) if held else None


def listed(turn: Turn, before: int | None = None, limit: int = 50) -> list[Broadcast]:
    """The newest first; those made before this one, if one is given."""
    wanted = _wanted().order_by(broadcasts.c.id.desc()).limit(limit)
    return [_read(turn, row) for row in turn.db.execute(wanted.where(broadcasts.c.id < before) if before else wanted).all()]


def _read(turn: Turn, row: Any) -> Broadcast:
    known = {name: value for name, value in row._mapping.items() if name in Broadcast.__dataclass_fields__}
    follows = row.of_cohort is not None and row.removed_at is None and row.planned_to is None
    known["criteria"] = Criteria.read(row.of_cohort if follows else row.criteria)
    return Broadcast(**known, texts=words(turn, row.id, row.version))


def words(turn: Turn, broadcast_id: int, version: int) -> dict[str, str]:
    """What a version says, by language."""
    return {row.language: row.text for row in turn.db.execute(
        select(broadcast_texts.c.language, broadcast_texts.c.text).where(
            broadcast_texts.c.broadcast_id == broadcast_id, broadcast_texts.c.version == version)
        .order_by(broadcast_texts.c.language))}


def screens(turn: Turn, broadcast: Broadcast, language: str) -> Iterator[Screen]:
    """What a patient sees, one after another, whom the words reach discreetly; for an example, so no button does anything."""
    if not broadcast.openly:
        yield covered(turn, broadcast.id)
    yield opened(turn, broadcast.texts[language], broadcast.expects_answers)


def covered(turn: Turn, broadcast_id: int) -> Screen:
    """What a locked phone may show."""
    return Screen(_("{clinic} has a message for you.", clinic=turn.settings.clinic.name),
                  ((Button(_("Show"), f"news:show:{broadcast_id}"),),))


def opened(turn: Turn, text: str, expects_answers: bool, edits: int | None = None) -> Screen:
    """The words themselves, and from whom."""
    lines: list[Text] = [_("A message from {clinic}:", clinic=turn.settings.clinic.name), text]
    if expects_answers:
        lines.append(_("You can answer by typing here. Your care team reads it."))
    return Screen(Lines(tuple(lines)), edits=edits)
