"""Telegram out of reach: after ten minutes people do what the bot cannot, beginning with whoever waits for what is critical."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from care import escalations, system
from care.escalations import Severity
from care.heart.time import local
from care.heart.turn import Lane, Turn
from care.sight import held_to
from care.tables import escalations as escalations_table
from care.tables import outbox, patients

KIND = "telegram_away"
PATIENCE = timedelta(minutes=10)
ORDER = ("a safety message", "an open emergency", "a dose")
BACK = "It answers again."


@dataclass(frozen=True)
class Waiting:
    """A patient who waits for something critical."""

    patient_id: int
    name: str
    what: str


def waiting(turn: Turn) -> list[Waiting]:
    """Whom to call first: who has a safety message or a dose still to get, or an emergency that is open."""
    held = turn.db.execute(held_to(
        turn, select(patients.c.id, patients.c.name, outbox.c.lane).distinct()
        .join(patients, patients.c.id == outbox.c.patient_id)
        .where(outbox.c.outcome.is_(None), outbox.c.not_before <= turn.now,
               outbox.c.lane.in_((int(Lane.SAFETY), int(Lane.DOSE))))
        .order_by(outbox.c.lane, patients.c.id)))
    found = {row.id: Waiting(row.id, row.name, "a safety message" if row.lane == Lane.SAFETY else "a dose") for row in
             sorted(held, key=lambda row: -row.lane)}
    for row in turn.db.execute(held_to(
            turn, select(patients.c.id, patients.c.name).distinct()
            .join(escalations_table, escalations_table.c.patient_id == patients.c.id)
            .where(escalations_table.c.resolved_at.is_(None), escalations_table.c.severity == int(Severity.EMERGENCY)))):
        found.setdefault(row.id, Waiting(row.id, row.name, "an open emergency"))
    return sorted(found.values(), key=lambda one: (ORDER.index(one.what), one.name, one.patient_id))


def watch(turn: Turn) -> None:
    """Open an obligation once it has lasted for ten minutes, keep its list of patients up to date, and say when it is over.
    Only a person closes it."""
    since, open_now = system.away_since(turn), escalations.own(turn, KIND)
    if since is None:
        if open_now and open_now.value != BACK:
            escalations.change(turn, open_now.id, value=BACK)
        return
    if turn.now - since < PATIENCE:
        return
    critical = waiting(turn)
    severity = Severity.EMERGENCY if critical else Severity.URGENT
    value = in_words(critical)
    if open_now is None or severity < open_now.severity:
        here = local(since, turn.settings.clinic.time_zone)
        escalations.open_(turn, None, severity, KIND, f"Telegram is out of reach since {here:%H:%M}: call whoever waits", value)
    elif open_now.value != value:
        escalations.change(turn, open_now.id, value=value)


def in_words(critical: list[Waiting]) -> str:
    """How many wait, for what. Who they are is for those to read who see them: this is kept, and stands in everybody's list."""
    if not critical:
        return "Nobody waits for something critical."
    waits = Counter(one.what for one in critical)
    return "Patients who wait: " + "; ".join(f"{waits[what]} ({what})" for what in ORDER if waits[what])
