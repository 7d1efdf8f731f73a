"""The catalogues follow the words in the code, and nothing translated is ever lost."""

import pytest
from babel.messages.catalog import Catalog

from ops import messages


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A code of a few words, and an empty folder of catalogues."""
    code = Catalog(domain="careward", charset="utf-8")
    code.add("Call {number} now.", None, [("care/crisis.py", 1)])
    code.add("Welcome back.", None, [("care/stopping.py", 1)])
    code.add(("{count} day", "{count} days"), None, [("care/dates.py", 1)])
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    monkeypatch.setattr(messages, "in_the_code", lambda: code)
    return code


def translate(language: str, **words: str) -> None:
    catalogue = messages.read(language)
    for message in catalogue:
        if message.id and messages.words_of(message) in words:
            message.string = words[messages.words_of(message)]
    with messages.catalogue_file(language).open("wb") as file:
        messages.write_po(file, catalogue)


def test_a_new_language_begins_with_every_word_of_the_code(catalogues):
    messages.update("es")
    assert {one.words for one in messages.missing("es")} == {"Call {number} now.", "Welcome back.", "{count} days"}
    assert [one.words for one in messages.missing("es") if one.safety] == ["Call {number} now."]


def test_what_is_translated_stays_and_what_is_gone_is_kept_as_obsolete(catalogues):
    messages.update("es")
    translate("es", **{"Welcome back.": "Hola otra vez.", "Call {number} now.": "Llame ahora al {number}."})
    catalogues.delete("Welcome back.")
    catalogues.add("Goodbye.", None, [("care/stopping.py", 2)])
    messages.update("es")
    assert {one.words for one in messages.missing("es")} == {"Goodbye.", "{count} days"}
    kept = messages.catalogue_file("es").read_text(encoding="utf-8")
    assert '#~ msgstr "Hola otra vez."' in kept
    assert "Llame ahora al {number}." in kept


def test_a_translation_that_loses_a_number_is_missing(catalogues):
    messages.update("es")
    translate("es", **{"Call {number} now.": "Llame ahora."})
    assert "Call {number} now." in {one.words for one in messages.missing("es")}


def test_a_file_that_is_up_to_date_is_left_alone(catalogues):
    messages.update("es")
    before = messages.catalogue_file("es").stat().st_mtime_ns
    messages.update("es")
    assert messages.catalogue_file("es").stat().st_mtime_ns == before


def test_the_code_has_words_for_patients():
    found = {messages.words_of(one) for one in messages.in_the_code() if one.id}
    assert "I agree" in found
    assert any("{count}" in one or "{number}" in one for one in found)
