"""Lettering: how wide words will be and where to break them (an estimate, since nothing here knows fonts), and how to write
them down so that every script comes out as it should."""

import re
from unicodedata import bidirectional, category, east_asian_width
from xml.sax.saxutils import escape

# In letters' heights, of the letters that are not as wide as most.
WIDTHS = {letter: width for letters, width in (
    ("ijlIJ .,:;/·'’!|íì", 0.35), ("frt-()", 0.42), ("cszгзсэç°", 0.57), ("wDGHOQмыюДЛНОП", 0.83), ("MжфшщМФ", 0.92),
    ("mW%@—ЖШЩЮ", 1.07)) for letter in letters}
MOST, CAPITAL = 0.64, 0.72
FONT = "DejaVu Sans"
# The renderer finds a font for a script by itself only where all letters of a text are in it.
OTHER_FONTS = {"Noto Sans Devanagari": re.compile("[\u0900-\u097f\u200c\u200d]+(?: +[\u0900-\u097f\u200c\u200d]+)*")}
FROM_THE_RIGHT = "\u200f"  # an unseen letter that is read from right to left


def breadth(text: str, size: float) -> float:
    """About how wide the words are in letters of this size."""
    return size * sum(map(_breadth, text))


def broken(text: str, size: float, width: float) -> list[str]:
    """The words in lines that are no wider than this."""
    lines: list[str] = []
    for word in text.split(" "):  # a space that does not break holds words together
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


def marked_up(text: str) -> str:
    """The content of a text element: each script in its font; what is read from the right begins there, signs and all."""
    markup = escape(text)
    for font, letters in OTHER_FONTS.items():
        markup = letters.sub(lambda found, font=font: f'<tspan font-family="{font}">{found[0]}</tspan>', markup)  # type: ignore[misc]
    if any(bidirectional(letter) in ("R", "AL") for letter in text):
        markup = f"{FROM_THE_RIGHT}{markup}{FROM_THE_RIGHT}"
    return markup


def _breadth(letter: str) -> float:
    if category(letter) == "Mn":
        return 0
    if east_asian_width(letter) in "WF":
        return 1
    return WIDTHS.get(letter, CAPITAL if letter.isupper() else MOST)
