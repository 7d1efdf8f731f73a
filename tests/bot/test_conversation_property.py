"""Anything a patient may do, in any order: no dead end, no answer lost or doubled. `make conversations` walks much further."""

import pytest

from bot.flows import FLOWS
from tests.bot.conversation_walk import flows_walked, lives


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 1001])
def test_whatever_patients_do_every_answer_is_kept_once_and_there_is_a_way_on(monkeypatch: pytest.MonkeyPatch, seed: int):
    for name, flow in flows_walked().items():
        monkeypatch.setitem(FLOWS, name, flow)
    tally = lives(range(seed, seed + 1), 500)
    assert tally.steps == 500
    assert tally.answers > 100
