"""Whether a text is in a writing and a language that the red-flag rules can read at all."""

import unicodedata
from typing import Final

from care import red_flags, second_listener
from care.plain_words import words_of

_KNOWN: Final = ("LATIN", "CYRILLIC", "FULLWIDTH LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL")
_LOOKED_AT: Final = 500  # letters; more of them say nothing new
_FEW: Final = 4  # with fewer words a language is not told from names and typos


def is_unknown(text: str) -> bool:
    """Whether most letters are of a writing that no rule is in (Arabic, Chinese, Hindi, Greek and all others but Latin and
    Cyrillic), or whether in Latin letters two words of three are in none of our languages. A text without letters, or of a few
    words in Latin letters, is not unknown.
    """
    letters = [char for char in unicodedata.normalize("NFKC", text[: 4 * _LOOKED_AT]) if char.isalpha()][:_LOOKED_AT]
    names = [unicodedata.name(char, "") for char in letters]
    if len(letters) > 1 and 2 * sum(name.startswith(_KNOWN) for name in names) < len(letters):
        return True
    return all(name.startswith("LATIN") for name in names) and _is_foreign(text[: 4 * _LOOKED_AT])


def _is_foreign(text: str) -> bool:
    """Whether at most a third of the words stand in the rules, or among those that the second listener learned from."""
    words = [word.text for word in words_of(text) if word.text.isalpha() and len(word.text) > 1]
    written, model = red_flags.rules().phrases.vocabulary.number_of, second_listener.learned()
    learned = model.weights if model else {}
    known = sum(word in written or f"={word}" in learned for word in words)
    return len(words) >= _FEW and 3 * known <= len(words)
