"""How the service did: counted by week on the clinic's wall; of a few patients nothing is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from care import consent, escalations, patients, plans, staff
from care.escalations import Severity
from care.heart.clinic import Clinic
from care.heart.turn import Turn
from care.service_measures import _too_few, age_group, by_group, by_week, percentile
from care.tables import check_windows
from tests.ward import Clock

LAST_MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def somebody(turn: Turn, number: int, language: str = "en", born: date = date(1950, 5, 1)) -> int:
    patient = patients.add(turn, f"Patient {number}", born, language)
    patients.link(turn, patient.id, 1000 + number, "self")
    linked = patients.get(turn, patient.id)
    assert linked
    consent.give(turn, linked, consent.VERSION)
    return patient.id


def window(turn: Turn, patient_id: int, outcome: str, days: int = 0) -> None:
    due_at = LAST_MONDAY + timedelta(days=days)
    plan = plans.of_patient(turn, patient_id)[0]
    turn.db.execute(insert(check_windows).values(
        plan_id=plan.id, patient_id=patient_id, flow="symptom_check", day=due_at.date(), due_at=due_at, outcome=outcome,
        closes_at=due_at + timedelta(days=1), offered_at=None if outcome in ("missed_by_us", "held") else due_at,
        settled_at=due_at))


async def a_fortnight(clinic: Clinic, clock: Clock) -> None:
    """Seven patients of two languages, a week of check-ins, two alerts: one taken on after ten minutes, one after two hours."""
    clock.now = LAST_MONDAY
    ids = await clinic.run("ops", lambda turn: [
        somebody(turn, number, "es" if number < 2 else "en", date(1990 if number < 6 else 1940, 5, 1)) for number in range(7)])

    def act(turn: Turn) -> None:
        for patient_id in ids[:5]:
            window(turn, patient_id, "answered")
        window(turn, ids[5], "silent")
        window(turn, ids[6], "missed_by_us")
        window(turn, ids[6], "held", days=1)  # nobody was to be asked: it does not count
        window(turn, ids[0], "answered", days=-7)

    await clinic.run("ops", act)
    dana = (await clinic.run("ops", staff.add, "erik@riverside.example", "Erik", "-")).id
    opened = [await clinic.run("ops", escalations.open_, ids[number], Severity.URGENT, f"pain:{number}", "Pain")
              for number in range(2)]
    await clinic.run("ops", escalations.open_, ids[2], Severity.ROUTINE, "callback", "Call me")  # asked for: no alert
    clock.passes(minutes=10)
    await clinic.run("ops", escalations.resolve, opened[0], dana, "advice_given")
    clock.passes(minutes=110)
    await clinic.run("ops", escalations.resolve, opened[1], dana, "no_answer")
    clock.now = LAST_MONDAY + timedelta(days=7)


async def test_a_week_is_counted_on_the_clinics_wall_and_this_week_is_not_over(clinic, clock):
    await a_fortnight(clinic, clock)
    weeks = await clinic.read(by_week, 3)
    assert [week.first for week in weeks] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert [(week.due, week.taking_part) for week in weeks] == [(0, 0), (1, 0), (7, 7)]
    assert weeks[0].reach is None
    last = weeks[2]
    assert (last.reach, last.reply) == (6 / 7, 5 / 6)
    assert (last.missed_by_us, last.alerts, last.alerts_per_patient) == (1, 2, 2 / 7)
    assert (last.acknowledged_p50, last.acknowledged_p90) == (10, 120)
    assert (last.in_time_share, last.acted_on_share) == (0.5, 0.5)


async def test_of_fewer_than_five_nothing_is_told_nor_can_it_be_reckoned(clinic, clock):
    await a_fortnight(clinic, clock)
    groups = {(group.by, group.name): group for group in await clinic.read(by_group, 3)}
    assert groups["language", "es"].patients is None  # two of them
    assert groups["language", "en"].of is None  # or it would be the whole less this
    assert groups["age", "18 to 39"].of is None
    assert groups["age", "80 and over"].patients is None
    await clinic.run("ops", lambda turn: [window(turn, somebody(turn, 10 + one, "de"), "answered", 1) for one in range(5)])
    groups = {(group.by, group.name): group for group in await clinic.read(by_group, 3)}
    assert groups["language", "de"].patients is None  # as few as the English: one of the two must hide the Spanish
    assert (groups["language", "en"].patients, groups["language", "en"].of.reply) == (5, 3 / 4)
    assert (groups["age", "18 to 39"].patients, groups["age", "65 to 79"].of) == (6, None)


@pytest.mark.parametrize(("sizes", "hidden"), [
    ({"en": 90, "fr": 1, "de": 1}, {"fr", "de", "en"}), ({"en": 90, "es": 7, "fr": 1, "de": 1}, {"fr", "de", "es"}),
    ({"en": 90, "fr": 3, "de": 2}, {"fr", "de"}), ({"en": 90, "de": 5}, set()), ({"en": 4}, {"en"}),
])  # fmt: skip
def test_those_who_are_hidden_are_five_together_at_least(sizes, hidden):
    assert {name for _, name in _too_few({("language", name): size for name, size in sizes.items()})} == hidden


@pytest.mark.parametrize(("values", "half", "most"), [([], None, None), ([7.0], 7, 7), ([4.0, 1.0, 3.0, 2.0], 2, 4)])
def test_a_percentile_is_one_of_the_values(values, half, most):
    assert (percentile(values, 50), percentile(values, 90)) == (half, most)


def test_an_age_is_told_by_the_day_of_birth():
    assert age_group(date(1946, 11, 24), date(2026, 11, 23)) == "65 to 79"
    assert age_group(date(1946, 11, 23), date(2026, 11, 23)) == "80 and over"
    assert age_group(date(2020, 1, 1), date(2026, 11, 23)) == "under 18"
