"""Formatted text: HTML, MarkdownV2 and Markdown taken apart, and commands and links found in plain words."""

import re
from typing import Any, NamedTuple

from simulator.records import Refused, Wire, bad_request

# Links without https:// are found for the commonest endings only; Telegram knows them all.
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)]|(?<![\w.@])(?:[\w-]+\.)+(?:com|org|net|int|gov|edu|uk|es|eu|io|me)(?:/[^\s<>\"]*)?\b)"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31})"
    r"|(?P<hashtag>(?<!\w)#[^\W\d]\w*)"
)
HTML_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji",
}  # fmt: skip
HTML_TAG = re.compile(r"<(/?)([^\s<>/]*)((?:\s[^<>]*)?)>")
HTML_PLAIN = re.compile(r"[^<&]+")
HTML_ESCAPE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));")
HTML_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKDOWN_NAMES = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}


class Open(NamedTuple):
    """A piece of formatting that has begun and not yet ended."""

    mark: str
    start: int  # in the text that comes out
    source: int  # in the text that came in
    attributes: dict[str, str]


def units(text: str) -> int:
    """The length in UTF-16 units, in which Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def entity(kind: str, text: str, start: int, end: int, **more: Any) -> Wire:
    return {"type": kind, "offset": units(text[:start]), "length": units(text[start:end]), **more}


def find(text: str) -> list[Wire]:
    """The commands, links, mentions and hashtags that Telegram finds by itself."""
    return [entity(match.lastgroup or "", text, *match.span()) for match in FOUND.finditer(text)]


def parse(text: str, mode: str | None) -> tuple[str, list[Wire]]:
    """The text without its markup, and what the markup says. Bad markup is refused."""
    match (mode or "").lower():
        case "":
            marked: list[Wire] = []
        case "html":
            text, marked = from_html(text)
        case "markdownv2":
            text, marked = from_markdown_v2(text)
        case "markdown":
            text, marked = from_markdown(text)
        case _:
            raise bad_request("unsupported parse_mode")
    text, marked = trimmed(text, marked)
    return text, sorted(marked + find(text), key=lambda found: (found["offset"], -found["length"]))


def trimmed(text: str, marked: list[Wire]) -> tuple[str, list[Wire]]:
    """Without the white space around it."""
    left = len(text) - len(text.lstrip())
    text = text.strip()
    total = units(text)
    kept = []
    for found in marked:
        start = max(0, found["offset"] - left)
        length = min(found["offset"] + found["length"] - left, total) - start
        if length > 0:
            kept.append(found | {"offset": start, "length": length})
    return text, kept


def unparsable(words: str) -> Refused:
    return bad_request(f"can't parse entities: {words}")


def at_byte(source: str, position: int) -> str:
    return f"byte offset {len(source[:position].encode())}"


def from_html(source: str) -> tuple[str, list[Wire]]:
    text, marked, open_tags, position = "", [], list[Open](), 0
    while position < len(source):
        if source[position] == "<":
            match = HTML_TAG.match(source, position)
            if match is None:
                raise unparsable(f'Unsupported start tag "" at {at_byte(source, position)}')
            if match[1]:
                marked.append(_closed(source, match, open_tags, text))
            else:
                open_tags.append(_opened(source, match, text))
            position = match.end()
        elif source[position] == "&" and (escape := HTML_ESCAPE.match(source, position)):
            text += HTML_NAMED[escape[3]] if escape[3] else chr(int(escape[1]) if escape[1] else int(escape[2], 16))
            position = escape.end()
        else:
            plain = HTML_PLAIN.match(source, position)
            text += plain[0] if plain else source[position]
            position = plain.end() if plain else position + 1
    if open_tags:
        raise unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1].mark}"')
    return text, [found for found in marked if found["length"]]


def _opened(source: str, match: re.Match[str], text: str) -> Open:
    name = match[2].lower()
    attributes = {key.lower(): a or b or c for key, a, b, c in ATTRIBUTE.findall(match[3])}
    if name not in HTML_TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
        raise unparsable(f'Unsupported start tag "{name}" at {at_byte(source, match.start())}')
    return Open(name, len(text), match.start(), attributes)


def _closed(source: str, match: re.Match[str], open_tags: list[Open], text: str) -> Wire:
    name = match[2].lower()
    if not open_tags:
        raise unparsable(f"Unexpected end tag at {at_byte(source, match.start())}")
    opened = open_tags.pop()
    if name and name != opened.mark:
        expected = f'expected "</{opened.mark}>", found "</{name}>"'
        raise unparsable(f"Unmatched end tag at {at_byte(source, match.start())}, {expected}")
    kind, more = HTML_TAGS[opened.mark], {}
    if kind == "text_link":
        more["url"] = opened.attributes.get("href") or text[opened.start :]
    elif kind == "custom_emoji":
        more["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
    elif kind == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    return entity(kind, text, opened.start, len(text), **more)


def from_markdown_v2(source: str) -> tuple[str, list[Wire]]:
    text, marked, stack, position = "", [], list[Open](), 0
    while position < len(source):
        character = source[position]
        mark = next((m for m in ("```", "||", "__") if source.startswith(m, position)), character)
        if character == "\\" and position + 1 < len(source) and ord(source[position + 1]) < 128:
            text += source[position + 1]
            position += 2
        elif mark in ("```", "`"):
            end = source.find(mark, position + len(mark))
            if end < 0:
                raise unparsable(f"Can't find end of {'Code' if mark == '`' else 'Pre'} entity at {at_byte(source, position)}")
            inside = re.sub(r"\\([\\`])", r"\1", source[position + len(mark) : end])
            language = re.match(r"([\w+-]+)\n", inside) if mark == "```" else None
            inside = inside[language.end() :] if language else inside
            more = {"language": language[1]} if language else {}
            marked.append(entity("pre" if len(mark) > 1 else "code", text + inside, len(text), len(text + inside), **more))
            text += inside
            position = end + len(mark)
        elif mark in MARKDOWN_NAMES:
            if stack and stack[-1].mark == mark:
                marked.append(entity(MARKDOWN_NAMES[mark], text, stack.pop().start, len(text)))
            else:
                stack.append(Open(mark, len(text), position, {}))
            position += len(mark)
        elif character == "[":
            stack.append(Open("[", len(text), position, {}))
            position += 1
        elif character == "]" and stack and stack[-1].mark == "[":
            opened = stack.pop()
            link = re.match(r"\]\(((?:\\.|[^)\\])*)\)", source[position:])
            if link:
                url = re.sub(r"\\(.)", r"\1", link[1])
                marked.append(entity("text_link", text, opened.start, len(text), url=url))
            position += link.end() if link else 1
        elif character == ">" and (position == 0 or source[position - 1] == "\n"):
            position += 1  # a quotation; its extent does not matter to us
        elif character in RESERVED:
            raise unparsable(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
        else:
            text += character
            position += 1
    if stack:
        title = MARKDOWN_NAMES.get(stack[-1].mark, "TextUrl")
        title = title[0].upper() + title[1:]
        raise unparsable(f"Can't find end of {title} entity at {at_byte(source, stack[-1].source)}")
    return text, [found for found in marked if found["length"]]


def from_markdown(source: str) -> tuple[str, list[Wire]]:
    """The old dialect: no nesting, and only four marks."""
    text, marked, position = "", list[Wire](), 0
    while position < len(source):
        character = source[position]
        if character == "\\" and source[position + 1 : position + 2] in ("_", "*", "`", "["):
            text += source[position + 1]
            position += 2
            continue
        mark = "```" if source.startswith("```", position) else character
        if mark not in ("_", "*", "`", "```", "["):
            text += character
            position += 1
            continue
        end = source.find("]" if mark == "[" else mark, position + len(mark))
        if end < 0:
            raise unparsable(f"Can't find end of the entity starting at {at_byte(source, position)}")
        inside, start, position = source[position + len(mark) : end], len(text), end + len(mark)
        text += inside
        if mark != "[":
            kind = {"_": "italic", "*": "bold", "`": "code", "```": "pre"}[mark]
            marked.append(entity(kind, text, start, len(text)))
        elif link := re.match(r"\(([^)]*)\)", source[position:]):
            marked.append(entity("text_link", text, start, len(text), url=link[1]))
            position += link.end()
    return text, [found for found in marked if found["length"]]
