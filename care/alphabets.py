"""Which writing a text is in, as far as it matters: whether the red-flag rules can read a word of it at all."""

import unicodedata
from typing import Final

_KNOWN: Final = ("LATIN", "CYRILLIC", "FULLWIDTH LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL")
_LOOKED_AT: Final = 500  # letters; more of them say nothing new


def is_unknown(text: str) -> bool:
    """Whether most letters are of a writing that no rule is in: Arabic, Chinese, Hindi, Greek and all others but Latin and
    Cyrillic. A text without letters is not unknown."""
    letters = [char for char in unicodedata.normalize("NFKC", text) if char.isalpha()][:_LOOKED_AT]
    known = sum(unicodedata.name(char, "").startswith(_KNOWN) for char in letters)
    return len(letters) > 1 and 2 * known < len(letters)
