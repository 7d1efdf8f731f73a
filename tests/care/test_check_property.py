"""Whatever the schedule, the zone, the season, the downtime and the patient: every check-in due is one row with one outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select

from care import check_windows, checks, consent, conversations, patients, plans, stopping
from care.check_windows import OUTCOMES, Window
from care.heart import outbox
from care.heart.gate import QUIET_FROM, QUIET_TO
from care.heart.settings import CheckSettings
from care.heart.time import instant, local
from care.heart.turn import Turn
from care.programmes import programmes
from care.reactions import REACTIONS
from care.silence import APART, LATE
from care.tables import care_plans, metadata
from care.tables import check_windows as windows_table
from care.tables import conversations as conversations_table
from care.tables import outbox as outbox_table
from tests.ward import SETTINGS

ZONES = ("Europe/London", "America/New_York", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Casablanca",
         "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "UTC")
SCHEDULES = ("daily", "Mon Wed Fri", "weekly", "every 2 days",
             "from day 1 daily to day 7, every 2 days to day 14, weekly to day 30")
STARTS = (datetime(2026, 3, 20, 7, tzinfo=UTC), datetime(2026, 10, 20, 23, 30, tzinfo=UTC),
          datetime(2026, 4, 1, 12, tzinfo=UTC), datetime(2026, 9, 20, 3, tzinfo=UTC))
FOR = timedelta(days=16)
NEVER = 10_000  # silent check-ins: in these weeks nobody is put to rest
NEXT = [
    select(func.min(care_plans.c.next_at)), select(func.min(windows_table.c.act_at)),
    select(func.min(outbox_table.c.not_before)).where(outbox_table.c.outcome.is_(None)),
    select(func.min(conversations_table.c.heard_at)).where(conversations_table.c.ended_at.is_(None))]
HALF_HOURS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))


@dataclass
class Life:
    """A patient's weeks, with the clock moved from one thing that falls due to the next, or past it while we are down."""

    turn: Turn
    random: Random
    down: list[tuple[datetime, datetime]]
    talks: float
    whose: int = 0
    added: list[plans.CarePlan] = field(default_factory=list)
    looked: datetime | None = None

    def lives(self, until: datetime) -> None:
        while self.turn.now < until:
            *due, heard = (self.turn.db.scalar(one) for one in NEXT)
            due = min(filter(None, (*due, heard and heard + conversations.EXPIRES_AFTER)), default=until)
            self.turn.now = max(self.turn.now + timedelta(minutes=self.random.choice((1, 7, 50))), min(due, until))
            for begins, ends in self.down:
                if begins <= self.turn.now < ends:
                    self.turn.now = ends
            self.looks()
            if self.random.random() < self.talks:
                self.does()

    def looks(self) -> None:
        """What the scheduler and the sender do, now and then twice over: the second time must find nothing new."""
        for _ in range(self.random.choice((1, 1, 2))):
            self.looked = self.turn.now
            for patient_id in checks.due(self.turn):
                checks.attend(self.turn, patient_id)
            for patient_id in conversations.silent(self.turn):
                conversations.expire(self.turn, patient_id)
            claimed = outbox.claim(self.turn, 100)
            outbox.settle(self.turn, [outbox.Settled(one, "sent", one.id) for one in claimed])
        assert checks.due(self.turn) == [], "looked at, and still due: it would be looked at for ever"

    def does(self) -> None:
        patient = patients.get(self.turn, self.whose)
        assert patient
        waiting = check_windows.waiting(self.turn, self.whose)
        act = self.random.choice(("answer", "begin", "not_today", "pause", "resume", "answer"))
        if act in ("answer", "begin"):
            flow = waiting[0].flow if waiting else self.added[0].flow
            conversation = conversations.open_(self.turn, patient, flow, 1)
            if act == "answer":
                conversations.end(self.turn, conversation, "finished")
        elif act == "not_today" and waiting:
            checks.not_today(self.turn, patient, None)
        elif act == "pause" and self.random.random() < 0.1:
            stopping.pause(self.turn, patient)
        elif act == "resume" and patient.paused_until:
            stopping.resume(self.turn, patient)


@contextmanager
def weeks(zone: str, start: datetime, wanted: list[tuple[str, time]], seed: int, talks: float, rest_after: int = NEVER,
          ) -> Iterator[Life]:
    random = Random(seed)
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        told = replace(SETTINGS, checks=CheckSettings(random.choice((0, 2, 4, 9)), min(2, rest_after), rest_after))
        turn = Turn(connection, start, "test", told, REACTIONS)
        down = []
        for _ in range(random.choice((0, 1, 3))):
            begins = start + FOR * random.random()
            down.append((begins, begins + timedelta(hours=random.choice((1, 3, 26, 60)))))
        life = Life(turn, random, sorted(down), talks)
        patient = patients.add(turn, "Amina", date(1968, 5, 23), "en", time_zone=zone)
        patients.link(turn, patient.id, 7, "self")
        life.whose = patient.id
        linked = patients.get(turn, patient.id)
        assert linked
        names = [name for name, programme in programmes().items() if programme.flow not in ("phq9", "symptom_check")]
        for (words, hour), name in zip(wanted, ["general", *names], strict=False):
            added = plans.add(turn, linked, replace(programmes()[name], beside=True), hour, words)
            assert added
            life.added.append(added)
        consent.give(turn, linked, consent.VERSION)
        yield life
    engine.dispose()


def rows(turn: Turn, table: Any) -> list[Any]:
    return list(turn.db.execute(select(table).order_by(table.c.id)))


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(STARTS), st.lists(st.tuples(st.sampled_from(SCHEDULES), HALF_HOURS), min_size=1,
       max_size=2), st.integers(0, 10**6), st.sampled_from((0.0, 0.1, 0.5)))
def test_every_check_in_due_is_one_row_with_one_outcome(zone, start, wanted, seed, talks):
    with weeks(zone, start, wanted, seed, talks) as life:
        life.lives(start + FOR)
        turn = life.turn
        for plan in life.added:
            found = [Window(*row) for row in rows(turn, windows_table) if row.plan_id == plan.id]
            assert [window.day for window in found] == list(days_due(plan, zone, start, life.looked))
            for window in found:
                assert window.due_at == instant(window.day, plan.hour, zone)
                over = turn.now > window.closes_at + timedelta(hours=30)
                assert window.outcome in ((*OUTCOMES, None) if not over else OUTCOMES), window
                assert (window.act_at is None) == (window.outcome is not None or window.conversation_id is not None)
        messages_keep_to_their_windows(turn, zone)


def days_due(plan: plans.CarePlan, zone: str, start: datetime, end: datetime) -> Iterator[date]:
    """Reckoned apart from the product: each day in turn, and whether the wall has shown the hour on it."""
    day = local(start, zone).date()
    while day <= local(end, zone).date():
        if start < instant(day, plan.hour, zone) <= end and plan.days.falls_on(day, plan.day_0):
            yield day
        day += timedelta(days=1)


def messages_keep_to_their_windows(turn: Turn, zone: str) -> None:
    windows, sent = rows(turn, windows_table), [row for row in rows(turn, outbox_table) if row.outcome == "sent"]
    offers = {row.id: row for row in sent if row.topic == "check"}
    unasked = sorted(row.settled_at for row in sent if row.topic in ("check", "check_again"))
    for window in windows:
        if window.message in offers:
            assert window.due_at <= offers[window.message].settled_at <= window.due_at + LATE
    assert {window.message for window in windows if window.message in offers} == set(offers), "an offer that is no window's"
    again = [row for row in sent if row.topic == "check_again"]
    assert len({local(row.settled_at, zone).date() for row in again}) == len(again), "twice on one day"
    for row in again:
        here = local(row.settled_at, zone)
        assert QUIET_TO <= here.time() < QUIET_FROM
        asked = [window for window in windows if window.prompted_again_at and window.day == here.date()]
        assert asked
        assert all(window.offered_at < row.settled_at < window.closes_at for window in asked)
        assert not [at for at in unasked if row.settled_at - APART < at < row.settled_at], "on the heels of another"


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(STARTS), st.sampled_from(("daily", "every 2 days")), HALF_HOURS,
       st.integers(0, 10**6), st.integers(1, 4))
def test_nobody_is_asked_more_often_in_vain_than_the_clinic_says(zone, start, schedule, hour, seed, rest_after):
    with weeks(zone, start, [(schedule, hour)], seed, 0.0, rest_after) as life:
        life.lives(start + FOR)
        outcomes = [row.outcome for row in rows(life.turn, windows_table)]
        assert outcomes.count("silent") <= rest_after
        resting = plans.of_patient(life.turn, life.whose)[0].resting_since
        assert (resting is not None) == (outcomes.count("silent") == rest_after)
        offers = [row for row in rows(life.turn, outbox_table) if row.topic == "check"]
        assert len(offers) <= len(outcomes) + 1
