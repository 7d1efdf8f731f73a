"""Why a message came: what each `because` of the outbox means, on one page. How it is asked is in why.py."""

from collections.abc import Callable, Mapping

from care import holds, home_again, own_programmes, questionnaires, seen, zones
from care.appointments import why as appointments
from care.broadcasts import why as broadcasts
from care.heart.reason import Reason
from care.heart.turn import Turn
from care.lessons import why as lessons
from care.medicines import why as medicines
from care.patients import Patient

# `because="kind:key"` at turn.tell -> what the patient reads; None where the cause is no longer known.
REASONS: Mapping[str, Callable[[Turn, Patient, str], Reason | None]] = {
    "broadcast": broadcasts.why_sent,
    "checks": own_programmes.why_asked,
    "rest": own_programmes.why_at_rest,
    "dose": medicines.asked,
    "trip": medicines.travelled,
    "week": medicines.weekly,
    "missed_dose": medicines.missed,
    "refill": medicines.refill,
    "order": medicines.ordered,
    "home": home_again.why,
    "lesson": lessons.why_sent,
    "questionnaire": questionnaires.why_asked,
    "second_reading": zones.why_told,
    "hold": holds.why,
    "seen": seen.why,
    "visit": appointments.before,
    "visit_changed": appointments.changed,
    "visit_after": appointments.after,
    "visit_missed": appointments.missed,
    "visit_stranded": appointments.stranded,
    "visit_lost": appointments.lost,
    "visit_offer": appointments.offered,
}
