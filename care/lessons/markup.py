"""A lesson's Markdown -> cards: words with the emphasis that Telegram can show, and the links in them.

Allowed are **bold**, _italic_, bullets that begin with "- ", links to https addresses, and links to other lessons by their
names. Anything else is refused: Telegram would, or would show it as it stands.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from care.heart.language import Mark, Styled, utf16

BREAK: Final = "---"
BULLET: Final = "• "
LESSON = re.compile(r"[a-z][a-z0-9_]{1,39}")
INSTEAD: Final = {
    "heading_open": "a heading: put the words between ** and ** instead", "blockquote_open": "a quotation: leave out the >",
    "ordered_list_open": 'a numbered list: write "- " before each line instead',
    "image": "a picture: name it in the front matter",
    "fence": "a block of code: leave out the ```", "code_block": "an indented line: begin it at the edge",
    "code_inline": "code: leave out the `", "html_block": "HTML: leave out the <...>",
    "html_inline": "HTML: leave out the <...>",
    "hr": f"a line of {BREAK[0]}: a break between cards is a line that is just {BREAK}", "s_open": "struck-out words",
    "table_open": "a table: write its rows as bullets"}
STYLES: Final = {"strong_open": "bold", "em_open": "italic"}


@dataclass(frozen=True)
class Card:
    """One idea. `see` are the lessons that it points to, `links` the addresses in it; `line` is where it begins in its file."""

    text: Styled
    line: int
    see: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass
class _Writing:
    """A card as it grows."""

    words: str = ""
    marks: list[Mark] = field(default_factory=list)
    begun: list[tuple[str, int]] = field(default_factory=list)
    see: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def cards(body: str, first_line: int) -> tuple[list[Card], list[tuple[int, str]]]:
    """The cards of a body that begins at this line of its file, and what is wrong, by line."""
    found: list[Card] = []
    wrong: list[tuple[int, str]] = []
    for line, text in _apart(body, first_line):
        card = _read(text, line)
        wrong += card.wrong
        if card.words:
            found.append(Card(Styled(card.words, tuple(card.marks)), line, tuple(card.see), tuple(card.links)))
        else:
            wrong.append((line, f"an empty card: write something, or take out one {BREAK}"))
    return found, wrong


def _apart(body: str, first_line: int) -> list[tuple[int, str]]:
    """The cards' own Markdown, each with its first line. A break before the first card or after the last is none."""
    parts: list[tuple[int, list[str]]] = [(first_line, [])]
    for number, line in enumerate(body.split("\n"), first_line):
        if line.rstrip() == BREAK:
            parts.append((number + 1, []))
        else:
            parts[-1][1].append(line)
    written = [(at, "\n".join(lines)) for at, lines in parts]
    for end in (0, -1):
        if len(written) > 1 and not written[end][1].strip():
            written.pop(end)
    return [(at + len(text) - len(text.lstrip("\n")), text.strip("\n")) for at, text in written]


def _read(text: str, line: int) -> _Writing:
    card, at = _Writing(), line
    for token in MarkdownIt("commonmark").parse(text):
        at = line + token.map[0] if token.map else at
        match token.type:
            case "inline":
                _inline(card, token.children or [], at)
            case "paragraph_open":
                card.words += "\n\n" if card.words and not card.words.endswith(BULLET) else ""
            case "list_item_open":
                card.words += ("\n" if card.words else "") + BULLET
            case "bullet_list_open" | "paragraph_close" | "list_item_close" | "bullet_list_close":
                pass
            case other if not other.endswith("_close"):
                card.wrong.append((at, f"{INSTEAD.get(other, other)}: Telegram does not show it"))
    card.marks.sort(key=lambda mark: (mark.offset, -mark.length))
    return card


def _inline(card: _Writing, children: list[Token], line: int) -> None:
    for token in children:
        match token.type:
            case "text":
                card.words += token.content
            case "softbreak":
                card.words += " "
                line += 1
            case "hardbreak":
                card.words += "\n"
                line += 1
            case "strong_open" | "em_open":
                card.begun.append((STYLES[token.type], utf16(card.words)))
            case "strong_close" | "em_close":
                kind, start = card.begun.pop()
                if length := utf16(card.words) - start:  # around nothing that is shown, there is nothing to mark
                    card.marks.append(Mark(kind, start, length))
            case "link_open":
                card.begun.append((str(token.attrs.get("href", "")), utf16(card.words)))
            case "link_close":
                _link(card, card.begun.pop()[0], line)
            case other:
                card.wrong.append((line, f"{INSTEAD.get(other, other)}: Telegram does not show it"))


def _link(card: _Writing, target: str, line: int) -> None:
    """The words stay; an address stands behind them, so that whoever reads sees where it leads."""
    if LESSON.fullmatch(target):
        card.see.append(target)
        return
    address = urlsplit(target)
    if address.scheme != "https" or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc):
        card.wrong.append((line, f"a link to {target!r}: an https address such as https://www.who.int, or a lesson's name, "
                                 f"would be right"))
        return
    card.links.append(target)
    if not card.words.endswith(target):
        card.words += f" ({target})"
