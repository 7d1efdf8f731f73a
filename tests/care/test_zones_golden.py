"""Every limit of every check-in, from both sides, beside the rules that are data: no number changes without a test that does.

tests/care/zones.tsv: the check-in; a question, `bp.systolic` for a part of its answer, or `weight:rise_day` for what the rule
of that name looks at instead of one answer; an answer; its zone.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bot.flows import CHECK_INS, FLOWS
from bot.flows.kinds import Several
from care import zone_rules
from care.zone_rules import Rule

RULES = [rule for check_in in zone_rules.check_ins().values() for rule in check_in.rules]
ROWS = [line.split("\t") for line in (Path(__file__).parent / "zones.tsv").read_text().splitlines()[1:]]
FINEST = {"temperature": 0.1, "weight": 0.05, "ketones": 0.1}  # the step to the other side of a limit, where it is not 1


def looked_at(rule: Rule) -> str:
    if rule.of != "value" or rule.times > 1:
        return f"{rule.key}:{rule.name}"
    return f"{rule.key}.{rule.part}" if rule.part else rule.key


def zone_of(check_in: str, what: str, answer: str) -> str:
    """The worst zone of the rules that look at this and are met."""
    flow, found = FLOWS[check_in], ["green"]
    for rule in zone_rules.check_ins()[check_in].rules:
        if looked_at(rule) != what:
            continue
        question = flow.question(rule.key)
        assert question
        if rule.number is not None:
            value: object = {rule.part: float(answer)} if rule.part and rule.of == "value" else float(answer)
        else:
            value = [answer] if isinstance(question.kind, Several) else answer
        found += [rule.zone] if rule.met_by(value) else []
    return min(found, key=["red", "amber", "green"].index)


@pytest.mark.parametrize("row", ROWS, ids="-".join)
def test_the_answer_is_in_its_zone(row: list[str]):
    check_in, what, answer, zone = row
    assert zone_of(check_in, what, answer) == zone


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_table_has_both_sides_of_every_limit_and_every_answer_that_can_be_given(rule: Rule):
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check_in, what, answer, _zone in ROWS:
        given[check_in, what].append(answer)
    here = given[rule.check_in, looked_at(rule)]
    if rule.number is None:
        question = FLOWS[rule.check_in].question(rule.key)
        assert question
        assert set(here) == {str(value) for value in question.kind.options()}
        return
    step = FINEST.get(rule.key, 1)
    other = rule.number + step if rule.bound == "at_most" else rule.number - step
    assert {f"{rule.number:g}", f"{other:g}"} <= {f"{float(answer):g}" for answer in here}


def test_every_check_in_has_zones_and_every_file_of_zones_a_check_in():
    assert {flow.name for flow in CHECK_INS} == set(zone_rules.check_ins())
