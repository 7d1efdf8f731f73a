"""How the service is doing, in numbers that name nobody: what a monitor asks for every half a minute."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from care.escalations import Severity
from care.heart.turn import Lane, Turn
from care.tables import doses, escalations, inbox, outbox, patients, pulses

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(hours=24)
EVERYBODY = select(patients.c.id)  # asked patient by patient, as the indexes are: else all that was ever kept is gone through


@dataclass(frozen=True)
class Measures:
    """Counts, and ages in seconds; an age is 0 where nothing waits."""

    waiting: dict[str, int]  # messages that are due, by lane
    oldest_waiting: dict[str, float]
    settled: dict[str, int]  # messages of the last hour, by outcome
    inbox: int  # updates that are still to be handled
    oldest_inbox: float
    quarantined: int
    obligations: dict[str, int]  # open, by severity
    oldest_obligation: dict[str, float]
    unanswered: int  # open, and no person has acted yet
    doses: dict[str, int]  # that ended in the last 24 hours, by state
    seen: dict[str, float]  # seconds since each part was last at work


def measured(turn: Turn) -> Measures:
    """All of it by indexes: the cost follows what waits, and how many patients there are, not what is kept."""
    def age(moment: datetime | None) -> float:
        return max(0.0, (turn.now - moment).total_seconds()) if moment else 0.0

    due = turn.db.execute(select(outbox.c.lane, func.count(), func.min(outbox.c.not_before)).where(
        outbox.c.outcome.is_(None), outbox.c.not_before <= turn.now).group_by(outbox.c.lane)).all()
    lanes = {Lane(lane).name.lower(): (count, age(oldest)) for lane, count, oldest in due}
    settled = Counter[str]()
    for whose in (outbox.c.patient_id.in_(EVERYBODY), outbox.c.patient_id.is_(None)):
        settled.update({outcome: count for outcome, count in turn.db.execute(select(outbox.c.outcome, func.count()).where(
            whose, outbox.c.settled_at > turn.now - AN_HOUR).group_by(outbox.c.outcome)) if outcome})
    open_ = turn.db.execute(select(escalations.c.severity, func.count(), func.min(escalations.c.opened_at)).where(
        escalations.c.resolved_at.is_(None)).group_by(escalations.c.severity)).all()
    severities = {Severity(severity).word: (count, age(oldest)) for severity, count, oldest in open_}
    ended = turn.db.execute(select(doses.c.state, func.count()).where(
        doses.c.patient_id.in_(EVERYBODY), doses.c.due_at > turn.now - A_DAY,
        doses.c.ended_at > turn.now - A_DAY).group_by(doses.c.state)).all()
    arrived, oldest_update = turn.db.execute(select(func.count(), func.min(inbox.c.received_at)).where(
        inbox.c.outcome.is_(None))).one()
    return Measures(
        waiting={lane.name.lower(): lanes.get(lane.name.lower(), (0, 0.0))[0] for lane in Lane},
        oldest_waiting={lane.name.lower(): lanes.get(lane.name.lower(), (0, 0.0))[1] for lane in Lane},
        settled=dict(settled),
        inbox=arrived, oldest_inbox=age(oldest_update),
        quarantined=turn.db.scalar(select(func.count()).select_from(inbox).where(inbox.c.outcome == "quarantined")) or 0,
        obligations={one.word: severities.get(one.word, (0, 0.0))[0] for one in Severity},
        oldest_obligation={one.word: severities.get(one.word, (0, 0.0))[1] for one in Severity},
        unanswered=turn.db.scalar(select(func.count()).select_from(escalations).where(
            escalations.c.resolved_at.is_(None), escalations.c.acknowledged_at.is_(None))) or 0,
        doses={str(state): count for state, count in ended},
        seen={row.name: age(row.at) for row in turn.db.execute(select(pulses))})

