"""The book of flows is what the code says. When a flow has changed on purpose: `UPDATE=1 pytest tests/bot/test_flow_book.py`,
then read the diff as a clinician would."""

import os
import re

import pytest

from bot.flows import FLOWS
from bot.flows.kinds import Here, Photo
from bot.flows.samples import samples
from care.heart.language import shipped
from ops import flow_book
from tests.bot.holding import EVERYTHING, flow_of


@pytest.fixture(scope="module", autouse=True)
def written() -> None:
    if os.environ.get("UPDATE"):
        flow_book.write()


@pytest.mark.parametrize("name", ["README.md", *(f"{name}.md" for name in FLOWS)])
def test_the_page_says_what_the_flow_does(name: str):
    kept = (flow_book.FOLDER / name).read_text(encoding="utf-8")
    assert flow_book.pages()[name] == kept, "the flow has changed: if on purpose, UPDATE=1"


def test_no_page_is_left_of_a_flow_that_is_gone():
    assert {file.name for file in flow_book.FOLDER.glob("*.md")} == set(flow_book.pages())


def test_every_item_is_in_the_diagram_and_no_end_is_loose():
    page = flow_book.page(flow_of(EVERYTHING))
    diagram = page.split("```")[1]
    names = re.findall(r"^  (\w+)[(\[]", diagram, re.M)
    assert len(names) == len(EVERYTHING) + 2
    left, reached = set(re.findall(r"(\w+) --", diagram)), set(re.findall(r"--> (\w+)", diagram))
    assert left == set(names) - {"closing"}
    assert reached == set(names) - {"begin"}
    assert 'i1 -- "symptoms with fever" --> i2' in diagram
    assert "i2 --> i3" in diagram, "asked of the same people"
    assert 'i1 -- "else" --> i5' in diagram
    assert "More than 73 kg" in diagram


@pytest.mark.parametrize("language", shipped())
@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_every_question_can_be_answered_in_words_in_every_language(flow, language: str):
    for question in flow.questions:
        found = samples(question.kind, language)
        assert found or isinstance(question.kind, Photo), question.key
        for words in found:
            question.kind.read(words, Here(language=language, unit=None))
