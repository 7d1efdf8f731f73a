"""After a restore: what was under way when the backup was taken is settled; nothing stale is sent and no one is forgotten.

Between the backup and now the clinic worked on, and nothing of that is known any more. A message that waits in the backup may
have gone out long ago, and a dose that is due may have been answered. So such messages do not leave; such doses are not asked
about, since asking twice may mean a double dose; every open obligation calls at once; everyone signs in anew; and an obligation
tells the whole team what to look for.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from care import escalations, events
from care.broadcasts import steering
from care.escalations import Severity
from care.heart import outbox
from care.heart.time import local
from care.heart.turn import Turn
from care.medicines import doses
from care.tables import doses as dose_rows
from care.tables import escalations as obligations
from care.tables import patient_messages, staff_sessions

AT_ONCE = 200  # rows a turn
WHY = "restored from a backup: it may have happened already"


@dataclass(frozen=True)
class Settled:
    """What was under way, and is not any more."""

    messages: int  # that will not leave
    doses: int  # that are not asked about
    obligations: int  # that call anew


def settle_messages(turn: Turn) -> int:
    """Let no message leave that may have left already; safety cards go once more. Returns how many, at most AT_ONCE."""
    return outbox.let_none_leave(turn, WHY, AT_ONCE)


def settle_doses(turn: Turn) -> int:
    """Doses whose time has come are ended as missed by us: staff see them, and nobody is asked twice. Returns how many."""
    found = doses.found_by(turn, select(dose_rows).where(
        dose_rows.c.state.in_(doses.OPEN), dose_rows.c.due_at <= turn.now).order_by(dose_rows.c.due_at).limit(AT_ONCE))
    for dose in found:
        doses.missed_by_us(turn, dose, WHY)
    return len(found)


def wake(turn: Turn, taken_at: datetime, messages: int, doses_: int) -> Settled:
    """Open obligations call at once, sessions end, and the team is told. `taken_at` is when the backup was made."""
    awake = turn.db.execute(update(obligations).where(
        obligations.c.resolved_at.is_(None), obligations.c.next_action_at > turn.now,
    ).values(next_action_at=turn.now, snoozed_until=None)).rowcount
    turn.db.execute(update(staff_sessions).where(staff_sessions.c.ended_at.is_(None)).values(ended_at=turn.now))
    steering.cancel_all(turn)  # to whom they went since, nobody knows any more
    turn.happened(events.Restored(None, taken_at.isoformat(), messages, doses_))
    _tell_the_team(turn, taken_at, messages, doses_)
    return Settled(messages, doses_, awake)


def _tell_the_team(turn: Turn, taken_at: datetime, messages: int, doses_: int) -> None:
    here = local(taken_at, turn.settings.clinic.time_zone)
    last = turn.db.scalar(select(func.max(patient_messages.c.at)))
    until = f"{local(last, turn.settings.clinic.time_zone):%d %B, %H:%M}" if last else "none"
    escalations.open_(
        turn, None, Severity.URGENT, f"restored:{taken_at.isoformat()}",
        f"Restored from a backup of {here:%d %B %Y, %H:%M}: what happened since is not known. Ask patients who waited for "
        "an answer, repeat changed orders, and remove people, keys and phones that were removed since",
        f"last message known: {until}; {messages} messages not sent, {doses_} doses not asked about")
