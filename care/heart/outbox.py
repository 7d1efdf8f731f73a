"""Messages waiting to leave: claimed under a lease, let through the gate or held back, and settled. Any number may send."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, exists, func, or_, select, update

from care.heart import gate
from care.heart.event import ChatUnreachable, MessageHeldBack, MessageSent
from care.heart.prepared import Prepared
from care.heart.turn import Lane, Turn
from care.tables import broadcasts, chat_links, halts, outbox, patients, refused_topics
from care.tables.base import Moment

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # a sender that died holding a message loses it after this
LONGEST_PAUSE = timedelta(minutes=5)

earlier, shown = outbox.alias("earlier"), outbox.alias("shown")
NOW = bindparam("now", type_=Moment)
FREE = or_(outbox.c.claimed_at.is_(None), outbox.c.claimed_at < bindparam("lease_over", type_=Moment))
ON_ITS_WAY = or_(earlier.c.not_before <= NOW, earlier.c.attempts > 0)  # not merely held for later
LINKED = exists().where(
    chat_links.c.chat_id == outbox.c.chat_id, chat_links.c.patient_id == outbox.c.patient_id, chat_links.c.cut_at.is_(None))
REFUSED = exists().where(refused_topics.c.patient_id == outbox.c.patient_id, refused_topics.c.topic == outbox.c.topic)


def _first_of_its_lane(*among: Any) -> Any:
    return ~exists().where(
        earlier.c.chat_id == outbox.c.chat_id, earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id,
        earlier.c.outcome.is_(None), ON_ITS_WAY, *among)


def _found(*only: Any) -> Prepared:
    return Prepared(
        select(
            outbox, patients.c.state, patients.c.consented, patients.c.reachable, patients.c.reminders,
            patients.c.paused_until, patients.c.most_a_day, patients.c.situation, patients.c.time_zone, patients.c.held_until,
            LINKED.label("linked"),
            REFUSED.label("refused"), broadcasts.c.state.label("broadcast"), shown.c.telegram_id.label("closes_telegram_id"))
        .outerjoin(patients, patients.c.id == outbox.c.patient_id).outerjoin(shown, shown.c.id == outbox.c.closes)
        .outerjoin(broadcasts, broadcasts.c.id == outbox.c.broadcast_id)
        .where(outbox.c.outcome.is_(None), outbox.c.lane.between(bindparam("first_lane"), bindparam("last_lane")),
               outbox.c.not_before <= NOW, FREE, *only)
        .order_by(outbox.c.lane, outbox.c.not_before, outbox.c.id).limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox))


FOUND = _found(_first_of_its_lane())
# While all that is sent to many is halted: what is left, and what is halted holds nothing of it up.
FOUND_WHILE_HALTED = _found(
    or_(*(outbox.c.topic == topic for topic in gate.NOT_HALTED)),
    _first_of_its_lane(or_(*(earlier.c.topic == topic for topic in gate.NOT_HALTED))))
OUTCOME = Prepared(select(outbox.c.outcome).where(outbox.c.id == bindparam("this")))
HALTED = Prepared(select(exists().where(halts.c.released_at.is_(None)).label("halted")))
CLAIM = Prepared(update(outbox).where(outbox.c.id == bindparam("this")).values(
    claimed_at=NOW, attempts=outbox.c.attempts + 1))
THIS = and_(outbox.c.id == bindparam("this"), outbox.c.attempts == bindparam("fence"), outbox.c.outcome.is_(None))
SETTLE = update(outbox).where(THIS)
HOLD = update(outbox).where(outbox.c.id == bindparam("this"))
PUT_OFF_CHAT = update(outbox).where(
    outbox.c.chat_id == bindparam("whose"), outbox.c.outcome.is_(None), outbox.c.claimed_at.is_(None),
    outbox.c.not_before < bindparam("until", type_=Moment)).values(not_before=bindparam("until", type_=Moment))


class Claimed(NamedTuple):
    """A message that this sender may send, and no other."""

    id: int
    fence: int  # the number of this claim: whoever lost the lease can no longer settle
    chat_id: int
    patient_id: int | None
    lane: Lane
    author: str | None
    text: str
    buttons: list[list[list[str]]]
    placeholder: str | None
    edits: int | None
    picture: dict[str, Any] | None = None
    entities: list[list[Any]] | None = None  # None: nothing of it is styled
    silent: bool = False
    broadcast_id: int | None = None
    attachment: int | None = None


@dataclass(frozen=True)
class Settled:
    """What became of a claimed message.

    `outcome` is sent, failed, blocked (nothing gets through to this chat), refused (too fast: `retry_in`), unsent (certainly
    not delivered) or unknown (perhaps delivered).
    """

    claimed: Claimed
    outcome: str
    telegram_id: int | None = None
    why: str | None = None
    retry_in: timedelta = timedelta(seconds=1)


def claim(turn: Turn, most: int, unasked: int | None = None, only_safety: bool = False) -> list[Claimed]:
    """Take up to `most` messages that may leave now, the most pressing lane first; of those that nobody asked for at most
    `unasked`. What the gate holds back is put on record in the same turn."""
    if only_safety:
        return _claim_in(turn, (Lane.SAFETY,), most)
    taken: list[Claimed] = []
    for lanes in ((Lane.SAFETY, Lane.REPLY), (Lane.DOSE,), (Lane.BROADCAST,)):
        room = most - len(taken)
        if lanes[0] > Lane.REPLY and unasked is not None:
            room = min(room, unasked)
            unasked -= room
        if room <= 0:
            break
        mine = _claim_in(turn, lanes, room)
        taken += mine
        if unasked is not None and lanes[0] > Lane.REPLY:
            unasked += room - len(mine)
    return taken


def _claim_in(turn: Turn, lanes: tuple[Lane, ...], room: int) -> list[Claimed]:
    """Claim from these lanes. What the gate holds back makes way for what stands behind it, so look again then."""
    taken: list[Claimed] = []
    finding = FOUND_WHILE_HALTED if lanes == (Lane.BROADCAST,) and halted(turn) else FOUND
    while len(taken) < room:
        found = finding.rows(turn.db, {
            "first_lane": int(lanes[0]), "last_lane": int(lanes[-1]), "now": turn.now, "lease_over": turn.now - LEASE,
            "most": room - len(taken)})
        mine = [claimed for row in found if (claimed := _pass(turn, row))]
        if mine:
            CLAIM.change_each(turn.db, [{"this": claimed.id, "now": turn.now} for claimed in mine])
            taken += mine
        if len(mine) == len(found):
            break
    return taken


def halted(turn: Turn) -> bool:
    """Whether a person has still to release what is sent to many; see care/halts.py."""
    return bool(HALTED.rows(turn.db, {})[0][0])


def _pass(turn: Turn, row: Any) -> Claimed | None:
    lane = Lane(row.lane)
    if row.claimed_at and lane is Lane.BROADCAST:  # its sender died: perhaps it was delivered, so not again
        _close(turn, row, "unknown", "the sender stopped while sending")
        return None
    if row.closes and row.closes_telegram_id is None:
        _close(turn, row, "suppressed", "what it takes the place of was never sent")
        return None
    verdict = _verdict(turn, row)
    match verdict:
        case gate.Hold(until):
            turn.db.execute(HOLD, {"this": row.id, "not_before": until})
            return None
        case gate.Never(outcome, why):
            _close(turn, row, outcome, why)
            return None
    return Claimed(row.id, row.attempts + 1, row.chat_id, row.patient_id, lane, row.author, row.text, row.buttons,
                   row.placeholder, row.edits or row.closes_telegram_id, row.picture, row.entities,
                   isinstance(verdict, gate.Quietly), row.broadcast_id, row.attachment)


def _verdict(turn: Turn, row: Any) -> gate.Hold | gate.Never | gate.Quietly | None:
    """What the gate says. A row that it cannot judge (a zone that no longer exists) must not stop those behind it: it is put
    on record as failed, and staff hear of it. A safety card is never judged by more than its own row."""
    try:
        return gate.verdict(turn, row)
    except (ValueError, KeyError, OverflowError) as error:  # ZoneInfoNotFoundError is a KeyError
        logger.exception("message %d cannot be judged", row.id)
        return gate.Never("failed", f"it could not be judged: {type(error).__name__}")


def _close(turn: Turn, row: Any, outcome: str, why: str) -> None:
    turn.db.execute(HOLD, {"this": row.id, "outcome": outcome, "why": why, "settled_at": turn.now})
    turn.happened(MessageHeldBack(row.patient_id, row.chat_id, row.id, row.lane, outcome, why))


def settle(turn: Turn, settled: Sequence[Settled]) -> None:
    """Write down what became of messages, as far as the claims to them still stand."""
    turn.told = True  # what waited behind these may leave now
    sent = [one for one in settled if one.outcome == "sent"]
    if sent:
        SENT.change_each(turn.db, [
            {"this": one.claimed.id, "fence": one.claimed.fence, "message_id": one.telegram_id, "at": turn.now}
            for one in sent])
    for one in sent:
        if one.claimed.author:
            turn.happened(MessageSent(one.claimed.patient_id, one.claimed.id))
    for one in settled:
        if one.outcome != "sent":
            _settle_trouble(turn, one)


SENT = Prepared(SETTLE.values(outcome="sent", telegram_id=func.coalesce(bindparam("message_id"), outbox.c.telegram_id),
                              settled_at=bindparam("at", type_=Moment)))


def _settle_trouble(turn: Turn, one: Settled) -> None:
    mine = {"this": one.claimed.id, "fence": one.claimed.fence}
    again = one.outcome in ("refused", "unsent") or (one.outcome == "unknown" and _say_again(one.claimed))
    if again:
        pause = one.retry_in if one.outcome == "refused" else min(
            timedelta(seconds=2 ** min(one.claimed.fence - 1, 10)), LONGEST_PAUSE)
        turn.db.execute(SETTLE, {**mine, "claimed_at": None, "not_before": turn.now + pause, "why": one.why})
        if one.outcome == "refused":
            turn.db.execute(PUT_OFF_CHAT, {"whose": one.claimed.chat_id, "until": turn.now + pause})
        return
    outcome = "failed" if one.outcome == "blocked" else one.outcome
    if turn.db.execute(SETTLE, {**mine, "outcome": outcome, "why": one.why, "settled_at": turn.now}).rowcount:
        turn.happened(MessageHeldBack(
            one.claimed.patient_id, one.claimed.chat_id, one.claimed.id, int(one.claimed.lane), outcome, one.why or ""))
        if one.outcome == "blocked":
            turn.happened(ChatUnreachable(one.claimed.patient_id, one.claimed.chat_id))


def _say_again(claimed: Claimed) -> bool:
    """After an unknown outcome: safety and replies again, a dose once again, what nobody waits for not again. An edit
    that happened twice is one edit."""
    if claimed.edits or claimed.lane <= Lane.REPLY:
        return True
    return claimed.lane is Lane.DOSE and claimed.fence < 2


def recall(turn: Turn, patient_id: int, why: str, unasked_only: bool = True) -> None:
    """Take back what has not left yet: whatever nobody asked for; or everything, but for safety cards. A message that a sender
    of this process has claimed already, and not begun to send, goes through the gate once more."""
    turn.db.execute(update(outbox).where(
        outbox.c.patient_id == patient_id, outbox.c.outcome.is_(None), outbox.c.claimed_at.is_(None),
        outbox.c.lane > int(Lane.REPLY if unasked_only else Lane.SAFETY),
    ).values(outcome="suppressed", why=why, settled_at=turn.now))
    turn.recalled.add(patient_id)


def recall_topics(turn: Turn, patient_id: int, topics: Sequence[str], why: str) -> None:
    """Take back what a patient does not want to hear about, as far as it has not left."""
    turn.db.execute(update(outbox).where(
        outbox.c.patient_id == patient_id, outbox.c.outcome.is_(None), outbox.c.claimed_at.is_(None),
        outbox.c.topic.in_(topics)).values(outcome="suppressed", why=why, settled_at=turn.now))
    turn.recalled.add(patient_id)


def recall_broadcast(turn: Turn, broadcast_id: int, why: str) -> list[int]:
    """Take back what has not left yet of a broadcast; it may be said `once` again. Returns the messages that certainly do not
    leave. What a sender has claimed already, and not begun to send, goes through the gate once more."""
    waiting = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.outcome.is_(None))
    taken_back = turn.db.scalars(update(outbox).where(waiting, outbox.c.claimed_at.is_(None)).values(
        outcome="suppressed", why=why, settled_at=turn.now, once=None).returning(outbox.c.id)).all()
    turn.recalled |= set(turn.db.scalars(select(outbox.c.patient_id).where(waiting)))
    return list(taken_back)


def may_be_said_again(turn: Turn, message: int) -> None:
    """It was held back for now only: its `once` is free again."""
    turn.db.execute(update(outbox).where(outbox.c.id == message, outbox.c.outcome == "suppressed").values(once=None))


def put_back(turn: Turn, patient_id: int, why: str) -> int:
    """What was taken back for this reason leaves after all, as far as it is not too late; returns how much. Doses are planned
    anew instead."""
    put = turn.db.execute(update(outbox).where(
        outbox.c.patient_id == patient_id, outbox.c.outcome == "suppressed", outbox.c.why == why,
        outbox.c.lane != int(Lane.DOSE), outbox.c.expires_at > turn.now,
    ).values(outcome=None, why=None, settled_at=None)).rowcount
    turn.told = turn.told or bool(put)
    return put


def let_go(turn: Turn, patient_id: int, held_until: datetime) -> None:
    """What waited for this moment need not wait any longer."""
    turn.db.execute(update(outbox).where(
        outbox.c.patient_id == patient_id, outbox.c.outcome.is_(None), outbox.c.not_before == held_until,
        outbox.c.lane == int(Lane.BROADCAST)).values(not_before=turn.now))
    turn.told = True


def recall_one(turn: Turn, message: int, why: str) -> bool:
    """Take one message back; True if it had not left yet. One that is just leaving leaves, unless its sender, of this process,
    has not begun."""
    this = and_(outbox.c.id == message, outbox.c.outcome.is_(None))
    taken_back = turn.db.execute(update(outbox).where(this, outbox.c.claimed_at.is_(None)).values(
        outcome="suppressed", why=why, settled_at=turn.now)).rowcount
    if not taken_back and (claimed := turn.db.execute(
            update(outbox).where(this).values(expires_at=turn.now).returning(outbox.c.patient_id)).first()):
        turn.recalled.add(claimed.patient_id)
    return bool(taken_back)


def outcome_of(turn: Turn, message: int) -> str | None:
    """What became of a message; None while it waits to leave."""
    found = OUTCOME.rows(turn.db, {"this": message})
    return found[0].outcome if found else None


def let_none_leave(turn: Turn, why: str, most: int) -> int:
    """Put up to `most` of the messages that wait on record as perhaps delivered; returns how many. Safety cards still leave."""
    found = turn.db.execute(select(outbox).where(
        outbox.c.outcome.is_(None), outbox.c.lane != int(Lane.SAFETY)).order_by(outbox.c.id).limit(most)).all()
    for row in found:
        _close(turn, row, "unknown", why)
    return len(found)


def void_leases(turn: Turn) -> None:
    """Where no other process can be sending, whatever is claimed was claimed by a process that is gone."""
    turn.db.execute(update(outbox).where(outbox.c.outcome.is_(None), outbox.c.claimed_at.is_not(None)).values(
        claimed_at=case((outbox.c.lane == int(Lane.BROADCAST), turn.now - 2 * LEASE), else_=None)))


def of_broadcasts(turn: Turn) -> int:
    """How many messages of broadcasts wait to leave now."""
    return turn.db.scalar(select(func.count()).select_from(outbox).where(
        outbox.c.outcome.is_(None), outbox.c.broadcast_id.is_not(None), outbox.c.not_before <= turn.now)) or 0


def next_due(turn: Turn) -> Any:
    """When the next waiting message may leave; None if none waits."""
    return turn.db.scalar(select(func.min(outbox.c.not_before)).where(outbox.c.outcome.is_(None)))


def waiting(turn: Turn) -> int:
    return turn.db.scalar(select(func.count()).select_from(outbox).where(outbox.c.outcome.is_(None))) or 0
