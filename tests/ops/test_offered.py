"""A language is offered only where someone in danger is told what to do, and is understood."""

import pytest

from care import red_flags
from care.heart import language
from ops import messages
from ops.offered import lacks, offered

READ_IN_DANGER = messages.Missing("Call {number} now.", ("care/crisis.py",))
READ_AT_LEISURE = messages.Missing("Weight", ("care/trends.py",))


@pytest.fixture
def nearly_spanish(monkeypatch):
    """Spanish, lacking what a test takes away."""
    def take_away(*words: messages.Missing, danger: str | None = None) -> list[str]:
        known = red_flags.categories_in
        monkeypatch.setattr(messages, "missing", lambda code: list(words) if code == "es" else [])
        monkeypatch.setattr(red_flags, "categories_in", lambda code: known(code) - ({danger} if code == "es" else set()))
        return lacks("es")

    return take_away


def test_what_we_ship_and_is_whole_is_offered():
    assert {"en", "es"} <= set(offered()) <= set(language.shipped())


@pytest.mark.parametrize("code", language.shipped())
def test_every_language_that_is_shipped_is_whole(code: str):
    assert messages.missing(code) == []
    assert lacks(code) == []


def test_one_missing_word_of_danger_is_enough_to_offer_it_to_nobody(nearly_spanish):
    assert nearly_spanish(READ_AT_LEISURE) == []
    [why] = nearly_spanish(READ_AT_LEISURE, READ_IN_DANGER)
    assert why.startswith("Español lacks a text that someone in danger must read: see ")
    assert "es" not in offered()
    assert "en" in offered()


def test_a_kind_of_danger_that_no_rule_would_notice_is_enough_too(nearly_spanish):
    assert nearly_spanish(danger="chest_pain") == [
        "In Español nobody would notice chest pain: content/red_flags/es.toml has no rules for it."]
    assert "es" not in offered()


def test_a_language_without_words_or_rules_lacks_both():
    assert lacks("ja")[0].startswith("There are no words in ja: the languages are en")
    assert red_flags.categories_in("ja") == set()


def test_the_files_that_are_read_in_danger_are_there():
    there = {file for message in messages.in_the_code() if message.id for file, _line in message.locations}
    gone = [one for one in messages.SAFETY if not any(file.startswith(one) for file in there)]
    assert gone == [], "a file that was renamed would no longer be asked for"
