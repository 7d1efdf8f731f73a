"""The bench: what voids a run, and how the goals are judged."""

import pytest

from bench.contest import compare
from bench.goals import goals
from bench.plan import Findings


@pytest.mark.parametrize(("kept", "right"), [
    ({7: [0, 3, 1]}, True), ({7: [0, 3]}, False), ({7: [0, 3, 1, 1]}, False), ({7: [3, 0, 1]}, False), ({}, False),
    ({7: [0, 3, 1], 8: [2]}, False)])
def test_a_run_is_void_unless_every_answer_was_kept_once_and_in_order(kept, right):
    assert (compare({7: [0, 3, 1]}, kept) is None) == right


def test_ratios_are_taken_within_a_round_and_void_runs_are_left_out():
    findings = Findings(seed=1, rounds=3)
    for number, (theirs, ours) in enumerate([(8.0, 2.0), (9.0, 3.0), (5.0, 1.0)]):
        findings.note("busy", "ptb", {"cpu_ms": theirs, "wrong": "one answer was lost" if number == 1 else None})
        findings.note("busy", "careward", {"cpu_ms": ours})
        findings.note("growth", "1,000 patients", {"cpu_ms": 2.0})
        findings.note("growth", "100,000 patients", {"cpu_ms": 3.0})
    against_ptb, *_rest, growth = goals(findings)
    assert against_ptb.values == [4.0, 5.0]
    assert (against_ptb.reached(3), against_ptb.reached(5)) == (True, False)
    assert (growth.what, growth.median, growth.reached(1.4)) == ("CPU an update: 100,000 patients / 1,000 patients", 1.5, False)
    assert findings.void == ["busy, ptb: one answer was lost"]
