"""Cyrillic words and the same words in Latin letters, brought to one rough spelling by which they can be told to be the same.

People write Russian on a Latin keyboard in many ways ("hochu", "xo4u"), so letters that are written alike fall together.
"""

import re
from functools import lru_cache
from typing import Final

_CYRILLIC: Final = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh",
    "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a",
})
_SPELLINGS: Final = {
    "shch": "sh", "sch": "sh", "ji": "zhi", "sh": "sh", "ch": "ch", "zh": "zh", "kh": "h", "ts": "c", "tz": "c", "iy": "i",
    "yy": "i", "ij": "i", "ya": "a", "ja": "a", "yu": "u", "ju": "u", "yo": "e", "jo": "e", "ye": "e", "je": "e",
    "y": "i", "j": "i",
    "x": "h", "w": "sh", "q": "k", "4": "ch", "6": "sh",
}
_LONGEST_FIRST: Final = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))


def is_cyrillic(word: str) -> bool:
    return any("\u0400" <= char <= "\u04ff" for char in word)


@lru_cache(maxsize=8192)
def sound_of(word: str) -> str:
    """The rough Latin spelling of a plain word, Cyrillic or Latin."""
    if is_cyrillic(word):
        return word.translate(_CYRILLIC).replace("ii", "i")
    return _LONGEST_FIRST.sub(lambda part: _SPELLINGS[part[0]], word).replace("ii", "i")
