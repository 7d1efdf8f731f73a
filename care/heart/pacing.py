"""Who sends what nobody asked for, where several senders share one database: one of them, until it falls silent.

Telegram's pace is the bot's, not a process's. So one sender leads: it alone lets such messages go, at the pace that it keeps.
The others send safety cards and answers, and take over within seconds when it is gone. The database's clock decides.
"""

from datetime import timedelta

from sqlalchemy import DateTime, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from care.heart.turn import Turn
from care.tables import pace

BOT = "telegram"
LEADS_FOR = timedelta(seconds=3)
CLOCK = func.clock_timestamp(type_=DateTime(timezone=True))
_MINE = insert(pace).values(name=BOT, leader=bindparam("me"), leads_until=CLOCK + LEADS_FOR)
TAKE = _MINE.on_conflict_do_update(
    index_elements=[pace.c.name], set_={"leader": _MINE.excluded.leader, "leads_until": CLOCK + LEADS_FOR},
    where=(pace.c.leader == _MINE.excluded.leader) | (pace.c.leads_until < CLOCK)).returning(pace.c.leader)
HELD_FOR = select(func.extract("epoch", pace.c.held_until - CLOCK)).where(pace.c.name == BOT)


def lead(turn: Turn, me: str) -> tuple[bool, float]:
    """Whether this sender leads, for the next `LEADS_FOR`; and for how many seconds Telegram still refuses the whole bot."""
    mine = turn.db.execute(TAKE, {"me": me}).first() is not None
    held = turn.db.scalar(HELD_FOR)
    return mine, max(0.0, float(held or 0))


def hold(turn: Turn, seconds: float) -> None:
    """Telegram refuses the whole bot: every sender is to know."""
    turn.db.execute(update(pace).where(pace.c.name == BOT).values(
        held_until=func.greatest(func.coalesce(pace.c.held_until, CLOCK), CLOCK + timedelta(seconds=seconds))))


