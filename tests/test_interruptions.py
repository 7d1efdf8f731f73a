"""What `make restarts` and `make outages` do; they themselves take too long for every day."""

from collections import Counter
from dataclasses import replace
from random import Random

from tests.chaos import outages, restarts
from tests.chaos.campaign import Run
from tests.chaos.outages import Found, Outages
from tests.chaos.plan import LONGEST_LIFE
from tests.chaos.record import Record


def nothing() -> Record:
    return Record([], [], {name: [] for name in ("inbox", "outbox", "events", "conversations", "answers", "patient_messages",
                                                 "escalations")}, set(), set(), {}, [], 0,
                  {"updates": {"pending": 0, "confirmed": 0}})


def test_every_restart_is_asked_for_and_none_is_a_kill():
    lives = restarts.a_plan(seed=1, restarts=100, updates=10).lives()
    assert len(lives) == 100
    assert all(life.gently and 0 < life.seconds <= LONGEST_LIFE for life in lives)


def test_what_a_stop_left_half_sent_is_wrong():
    run = Run(nothing(), Counter({"at any moment": 3}))
    assert restarts.wrong_with(run) == []
    message = {"id": 1, "lane": 1, "outcome": "sent", "chat_id": 1, "text": "", "attempts": 1, "edits": None, "closes": None,
               "telegram_id": 5, "topic": "reply", "patient_id": 1, "once": None, "why": None}
    left = replace(nothing(), in_flight={(1, 1)}, rows={**nothing().rows, "outbox": [message]})
    assert "1 messages (reply) were in flight when a process had ended" in restarts.wrong_with(Run(left))


def test_outages_last_as_long_as_the_load_is_spread_over():
    assert Outages(25).seconds == 25 * (5 + 40 + 0 + 2) / 2
    plan = outages.a_plan(1, Outages(25), 4000)
    assert (plan.faults, plan.lease) == (0.0, 30.0)


def test_a_bot_that_does_not_come_back_is_wrong():
    found = Found(Run(nothing()), down=[1.0], back=[60.0], never_back=1)
    assert outages.wrong_with(found) == ["1 times nothing was sent within 60 s of the server's return"]
    assert Random(1).choice(outages.WAYS) in ("immediate", "fast")
