"""Lettering: how wide words will be, and where to break them. An estimate on the wide side, since nothing here knows fonts."""

from unicodedata import category, east_asian_width

# In letters' heights, of the letters that are not as wide as most.
WIDTHS = {letter: width for letters, width in (
    ("ijlIJ .,:;/·'’!|íì", 0.35), ("frt-()", 0.42), ("cszгзсэç°", 0.57), ("wDGHOQмыюДЛНОП", 0.83), ("MжфшщМФ", 0.92),
    ("mW%@—ЖШЩЮ", 1.07)) for letter in letters}
MOST, CAPITAL = 0.64, 0.72


def breadth(text: str, size: float) -> float:
    """About how wide the words are in letters of this size."""
    return size * sum(map(_breadth, text))


def broken(text: str, size: float, width: float) -> list[str]:
    """The words in lines that are no wider than this."""
    lines: list[str] = []
    for word in text.split():
        if lines and breadth(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def balanced(text: str, size: float, width: float) -> list[str]:
    """The same number of lines, none much shorter than the others."""
    lines = broken(text, size, width)
    while len(narrower := broken(text, size, width := width - size / 2)) == len(lines) and width > size:
        lines = narrower
    return lines


def _breadth(letter: str) -> float:
    if category(letter) == "Mn":
        return 0
    if east_asian_width(letter) in "WF":
        return 1
    return WIDTHS.get(letter, CAPITAL if letter.isupper() else MOST)
