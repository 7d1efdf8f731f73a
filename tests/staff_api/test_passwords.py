"""Which passwords are too easily guessed: well-known ones, alone, repeated, put together, or with a little around them."""

import re
from itertools import islice
from pathlib import Path
from time import process_time

import pytest

from staff_api import passwords


@pytest.mark.parametrize("good", [
    "seven green lanterns", "пятнадцать букв здесь", "k9$Lq2!vXz7#Rw4", "it rained all of that summer in " * 7,
    "purple monkey dishwasher",
    "blue table nine fish", "contraseña de mi abuela", "drei blaue Fahrräder",
])  # fmt: skip
def test_a_long_password_of_any_characters_will_do(good):
    passwords.check(good, "Adaeze", "Riverside")


@pytest.mark.parametrize("weak", [
    "password password", "Password123456789", "iloveyouiloveyou", "dragonmasterfootball", "Sunshine Princess1",
    "abcdefgh12345678", "1234qwerasdfzxcv", "Passwort!Passwort!", "motdepasse123456", "Contraseña123456", "michael jordan 23",
    "nurse nurse nurse", "пароль123456789", "summer2026summer2026", "Adaeze Riverside 2026", "liverpool liverpool",
    "98765432109876543", "a1!a1!a1!a1!a1!a1!", "correct horse battery staple", "hospitalhospital1", "x" * 200 + "abcdefg hi",
])  # fmt: skip
def test_what_is_tried_among_the_first_is_refused(weak):
    with pytest.raises(passwords.TooWeak, match="among the first"):
        passwords.check(weak, "Adaeze", "Riverside")


def test_every_common_password_is_refused_twice_over_and_with_the_year():
    """Shorter ones than are taken anyway stand here as people stretch them."""
    for word in islice(passwords.common(), 100):
        for stretched in (f"{word}{word}{word}{word}", f"{word.title()}2026!{word.title()}2026!"):
            assert passwords.guessable(stretched.lower(), []), stretched


def test_the_list_is_whole_in_its_order_and_says_where_it_comes_from():
    words = passwords.common()
    assert len(words) > 49_000
    assert [words[word] for word in ("123456", "password", "12345678")] == [10, 2, 10], "runs count as what is tried first"
    folder = Path(passwords.__file__).parent
    assert "MIT" in (folder / "common_passwords.txt").read_text(encoding="utf-8")[:400]
    assert re.search("Permission is hereby\\s+granted", (folder / "common_passwords.LICENSE.txt").read_text())


def test_no_password_takes_long_to_judge():
    began = process_time()
    for long in ("4@8({[<369&#!1/|0$5+7%2" * 11, "ab" * 128, "a" * 255 + "b", "password" * 32, "12" * 60 + "xy" * 60):
        passwords.guessable(long[:256], ["ada"])
    assert process_time() - began < 1
