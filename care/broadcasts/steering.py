"""The course of a broadcast, as people steer it: written, changed, sent, approved by a second person, paused, cancelled."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import select, update

from care import cohorts, events
from care.broadcasts import audience, texts
from care.broadcasts.texts import OVER, Broadcast
from care.cohorts import Criteria
from care.heart import gate, outbox
from care.heart.time import local
from care.heart.turn import Turn
from care.tables import broadcast_recipients, broadcast_texts, broadcasts

CHANGED = "the broadcast was changed"
GREW = 1.2  # a cohort that grew by more than this since it was approved is somebody's to look at again


class Refused(ValueError):
    """This cannot be. The message says why, and what would be right; `field`, which part of the draft is wrong."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Draft:
    """What somebody on staff writes. With a saved cohort the criteria are the cohort's. A date needs a time and the other way
    round; without them it goes as soon as it may."""

    title: str
    texts: Mapping[str, str]
    topic: str = "news"
    cohort_id: int | None = None
    criteria: Criteria = field(default_factory=Criteria)
    openly: bool = False
    expects_answers: bool = False
    leaves_out: bool = False
    on_date: date | None = None
    at_time: time | None = None


def write(turn: Turn, draft: Draft, staff_id: int) -> Broadcast:
    """Keep a new draft. Raises Refused."""
    kept = _checked(turn, draft)
    broadcast_id = turn.insert(broadcasts, {
        **kept, "version": 1, "state": "draft", "author_id": staff_id, "made_at": turn.now})
    _keep_words(turn, broadcast_id, 1, draft.texts)
    turn.happened(events.BroadcastWritten(None, broadcast_id, 1))
    return _again(turn, broadcast_id)


def change(turn: Turn, broadcast_id: int, draft: Draft, staff_id: int) -> Broadcast | None:
    """Change what is yet to go; what went is kept as it was. Once somebody is planned, only the words can change. What needed
    a second person needs one again. Raises Refused; None if there is no such broadcast."""
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state in OVER:
        raise Refused("It is over: write another one.")
    kept = _checked(turn, draft)
    if found.begun:
        _only_words_differ(found, kept, draft)
    version = found.version + 1
    _keep_words(turn, broadcast_id, version, draft.texts)
    _change(turn, found, **kept, version=version, author_id=staff_id, approver_id=None, approved_at=None)
    turn.happened(events.BroadcastWritten(None, broadcast_id, version))
    if found.state in ("waiting", "sending"):
        _take_back(turn, broadcast_id, CHANGED)
        _set_off(turn, _again(turn, broadcast_id))
    return _again(turn, broadcast_id)


def send(turn: Turn, broadcast_id: int, staff_id: int) -> Broadcast | None:
    """Count once more, and send it off; to more people than the clinic has set, it waits for a second person. Raises Refused;
    None if there is no such broadcast."""
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state != "draft":
        raise Refused("It has been sent off before.")
    _change(turn, found, author_id=staff_id)
    _set_off(turn, _again(turn, broadcast_id))
    return _again(turn, broadcast_id)


def approve(turn: Turn, broadcast_id: int, staff_id: int) -> Broadcast | None:
    """A second person has read it, and lets it go. Raises Refused; None if there is no such broadcast."""
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state != "waiting":
        raise Refused("It does not wait for a second person.")
    if found.author_id == staff_id:
        raise Refused("Whoever wrote it last cannot be the second person: ask a colleague.")
    agreed = {} if found.begun else {"counted": audience.count(turn, found).gets, "criteria": found.criteria.kept()}
    _change(turn, found, approver_id=staff_id, approved_at=turn.now, **agreed)
    _set_off(turn, _again(turn, broadcast_id))
    return _again(turn, broadcast_id)


def hand_back(turn: Turn, broadcast_id: int) -> Broadcast | None:
    """It is not to go like this: a draft again; where some have got it already, it pauses. Raises Refused."""
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state != "waiting":
        raise Refused("It does not wait for a second person.")
    _move(turn, found, "paused" if found.begun else "draft")
    return _again(turn, broadcast_id)


def pause(turn: Turn, broadcast_id: int) -> Broadcast | None:
    """Nothing more leaves until it is resumed. Raises Refused."""
    return _stop(turn, broadcast_id, "paused", gate.PAUSED, ("sending",))


def cancel(turn: Turn, broadcast_id: int) -> Broadcast | None:
    """Nothing more leaves, for good. Raises Refused."""
    return _stop(turn, broadcast_id, "cancelled", gate.CANCELLED, ("draft", "waiting", "sending", "paused"))


def cancel_all(turn: Turn) -> None:
    """Whatever is on its way, or will be, goes no further."""
    for broadcast_id in turn.db.scalars(select(broadcasts.c.id).where(broadcasts.c.state.in_(texts.UNDER_WAY))).all():
        cancel(turn, broadcast_id)


def resume(turn: Turn, broadcast_id: int) -> Broadcast | None:
    """Go on where it stopped. Raises Refused."""
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state != "paused":
        raise Refused("It is not paused.")
    _set_off(turn, found)
    return _again(turn, broadcast_id)


def needs_second_person(turn: Turn, gets: int) -> bool:
    return gets > turn.settings.sending.second_person_above


def recounted(turn: Turn, found: Broadcast) -> bool:
    """Just before it begins: whether it may, with as many as are meant now. Else it waits for a second person."""
    gets = audience.count(turn, found).gets
    if _agreed(turn, found, gets) or not needs_second_person(turn, gets):
        return True
    _change(turn, found, counted=gets, approver_id=None, approved_at=None)
    _move(turn, found, "waiting", gets)
    return False


def _agreed(turn: Turn, found: Broadcast, gets: int) -> bool:
    """Whether a second person has let it go to these: a cohort that is another one since, or has grown, is looked at again."""
    agreed_to = turn.db.execute(select(broadcasts.c.criteria).where(broadcasts.c.id == found.id)).scalar_one()
    return found.approver_id is not None and Criteria.read(agreed_to) == found.criteria and gets <= max(
        turn.settings.sending.second_person_above, GREW * (found.counted or 0))


def held_back(turn: Turn, event: events.MessageHeldBack) -> None:
    """A message that met the gate while its broadcast was paused goes when that is resumed."""
    if event.why == gate.PAUSED:
        outbox.may_be_said_again(turn, event.message)
        turn.db.execute(_UNSENT.where(
            broadcast_recipients.c.patient_id == event.patient_id, broadcast_recipients.c.message == event.message))


_UNSENT = update(broadcast_recipients).values(message=None, version=None)


def _set_off(turn: Turn, found: Broadcast) -> None:
    """Let it go as far as it may: to its hour, or to a second person."""
    if found.begun:
        gets = found.counted or 0
    else:
        counted = audience.count(turn, found)
        _may_go(turn, found, counted)
        gets = counted.gets
    agreed = _agreed(turn, found, gets)
    _change(turn, found, counted=gets)
    if needs_second_person(turn, gets) and not agreed:
        _change(turn, found, approver_id=None, approved_at=None)
        _move(turn, found, "waiting", gets)
        return
    if not found.begun:
        _change(turn, found, begins_at=audience.begins_at(turn.now, found), criteria=found.criteria.kept())
    _move(turn, found, "sending", gets)


def _may_go(turn: Turn, found: Broadcast, counted: audience.Count) -> None:
    if counted.without_text and not found.leaves_out:
        missing = audience.languages_in_words(counted.without_text)
        raise Refused(f"Some of them read {missing}, and there are no words in that. Write them, or say that these patients "
                      "are to be left out.", "texts")
    if not counted.gets:
        raise Refused("Nobody would get it: look at whom it is for, and why they are left out.", "criteria")
    if found.on_date and found.on_date < local(turn.now, turn.settings.clinic.time_zone).date():
        raise Refused("That day has passed.", "on_date")


def _stop(turn: Turn, broadcast_id: int, state: str, why: str, where: tuple[str, ...]) -> Broadcast | None:
    found = texts.lock(turn, broadcast_id)
    if found is None:
        return None
    if found.state == state:
        return found
    if found.state not in where:
        raise Refused(f"It is {found.state}: there is nothing to stop.")
    _take_back(turn, broadcast_id, why)
    _move(turn, found, state)
    if state in OVER:
        _change(turn, found, ended_at=turn.now)
    return _again(turn, broadcast_id)


def _take_back(turn: Turn, broadcast_id: int, why: str) -> None:
    """What waits in the outbox leaves no more; whose it was waits for their turn again."""
    taken_back = outbox.recall_broadcast(turn, broadcast_id, why)
    if taken_back and why != gate.CANCELLED:
        turn.db.execute(_UNSENT.where(
            broadcast_recipients.c.broadcast_id == broadcast_id, broadcast_recipients.c.message.in_(taken_back)))


def take_back_unstaffed(turn: Turn, broadcast_id: int) -> None:
    """Nobody is there for the answers any more: what has not left waits until somebody is."""
    if (found := texts.lock(turn, broadcast_id)) and found.state == "sending":
        _take_back(turn, broadcast_id, "nobody was there for the answers")


def finish(turn: Turn, found: Broadcast) -> None:
    _change(turn, found, ended_at=turn.now)
    _move(turn, found, "finished")


def _move(turn: Turn, found: Broadcast, state: str, counted: int | None = None) -> None:
    if found.state != state:
        _change(turn, found, state=state)
        turn.happened(events.BroadcastMoved(None, found.id, state, found.state, counted))


def _change(turn: Turn, found: Broadcast, **changed: Any) -> None:
    turn.db.execute(update(broadcasts).where(broadcasts.c.id == found.id).values(**changed))


def _again(turn: Turn, broadcast_id: int) -> Broadcast:
    found = texts.get(turn, broadcast_id)
    assert found
    return found


def _keep_words(turn: Turn, broadcast_id: int, version: int, words: Mapping[str, str]) -> None:
    turn.db.execute(broadcast_texts.insert(), [
        {"broadcast_id": broadcast_id, "version": version, "language": language, "text": text.strip()}
        for language, text in words.items()])


def _checked(turn: Turn, draft: Draft) -> dict[str, Any]:
    """The columns of a draft, if it can be. Raises Refused."""
    known = {**asdict(draft), "title": draft.title.strip()}
    del known["texts"]
    if not 1 <= len(known["title"]) <= 100:
        raise Refused("Give it a title of at most 100 characters; patients do not see it.", "title")
    if draft.topic not in texts.TOPICS:
        raise Refused(f"The topics are {', '.join(texts.TOPICS)}.", "topic")
    _check_words(turn, draft.texts)
    if (draft.on_date is None) != (draft.at_time is None):
        raise Refused("Give a day and a time, or neither.", "on_date")
    try:
        criteria = cohorts.checked(draft.criteria)
    except cohorts.Refused as wrong:
        raise Refused(str(wrong), "criteria") from wrong
    if draft.cohort_id is not None:
        cohort = cohorts.get(turn, draft.cohort_id)
        if cohort is None:
            raise Refused("There is no such cohort any more.", "cohort_id")
        criteria = cohort.criteria
    return {**known, "criteria": criteria.kept()}


def _check_words(turn: Turn, words: Mapping[str, str]) -> None:
    offered = turn.settings.clinic.languages
    if not words:
        raise Refused(f"Write it in at least one language: {', '.join(offered)}.", "texts")
    for language, text in words.items():
        if language not in offered:
            raise Refused(f"The clinic does not offer {language!r}: its languages are {', '.join(offered)}.", "texts")
        if not 1 <= len(text.strip()) <= texts.LONGEST:
            raise Refused(f"In {audience.languages_in_words([language])} it needs 1 to {texts.LONGEST} characters.", "texts")


def _only_words_differ(found: Broadcast, kept: Mapping[str, Any], draft: Draft) -> None:
    """Refuse what would make it another broadcast for those who are planned already."""
    now_is = {name: getattr(found, name) for name in kept if name not in ("title", "criteria", "openly", "leaves_out")}
    differs = [name for name, value in now_is.items() if kept[name] != value]
    if found.cohort_id is None and draft.criteria != found.criteria:
        differs.append("criteria")
    if differs:
        raise Refused("It is on its way: only its title and its words can change. Cancel it and write another for the rest.",
                      differs[0])
    if set(draft.texts) != set(found.texts):
        raise Refused("It is on its way in " + audience.languages_in_words(sorted(found.texts)) + ": keep to these languages.",
                      "texts")
