"""Formatted text: what is taken, and what is refused as Telegram refuses it."""

import pytest

from simulator.entities import find, parse
from simulator.records import Refused


def kinds(found):
    return [(one["type"], one["offset"], one["length"]) for one in found]


def test_commands_links_and_mentions_are_found_in_plain_words():
    text = "/start@laptop_bot see https://example.org/a?b=1, ask @ana_soto or care@example.org #pain 1/2"
    assert [one["type"] for one in find(text)] == ["bot_command", "url", "mention", "email", "hashtag"]


def test_offsets_are_counted_as_telegram_counts_them():
    assert kinds(find("💊 /dose")) == [("bot_command", 3, 5)]
    assert kinds(parse("💊 <b>ñ</b>", "HTML")[1]) == [("bold", 3, 1)]


@pytest.mark.parametrize(
    ("mode", "source", "text", "found"),
    [
        ("HTML", "a <b>b <i>c</i></b> &lt;d&gt; &#233; &amp;", "a b c <d> é &", [("bold", 2, 3), ("italic", 4, 1)]),
        ("HTML", '<a href="https://x.org">here</a>', "here", [("text_link", 0, 4)]),
        ("HTML", "<tg-spoiler>s</tg-spoiler><span class='tg-spoiler'>t</span>", "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("HTML", "<b></b>x & y", "x & y", []),
        ("MarkdownV2", r"*bold* _it_ __under__ ~no~ ||s||", "bold it under no s",
         [("bold", 0, 4), ("italic", 5, 2), ("underline", 8, 5), ("strikethrough", 14, 2), ("spoiler", 17, 1)]),
        ("MarkdownV2", r"1\. `code` \[x\]", "1. code [x]", [("code", 3, 4)]),
        ("MarkdownV2", "[here](https://x.org/a\\))", "here", [("text_link", 0, 4)]),
        ("MarkdownV2", "```python\nx = 1```", "x = 1", [("pre", 0, 5)]),
        ("Markdown", "*b* _i_ `c` [l](https://x.org) \\*", "b i c l *",
         [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1), ("text_link", 6, 1)]),
        ("html", "  <b> trimmed </b>  ", "trimmed", [("bold", 0, 7)]),
    ],
)  # fmt: skip
def test_markup_is_taken_apart(mode, source, text, found):
    assert parse(source, mode)[0] == text
    assert kinds(parse(source, mode)[1]) == found


@pytest.mark.parametrize(
    ("mode", "source", "words"),
    [
        ("HTML", "pain < 3", 'Unsupported start tag "" at byte offset 5'),
        ("HTML", "<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("HTML", "ñ <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
        ("MarkdownV2", "Done.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "*x", "Can't find end of Bold entity at byte offset 0"),
        ("Markdown", "ñ *x", "Can't find end of the entity starting at byte offset 3"),
    ],
)
def test_bad_markup_is_refused_with_its_place(mode, source, words):
    with pytest.raises(Refused) as refused:
        parse(source, mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_an_unknown_way_of_marking_is_refused():
    with pytest.raises(Refused, match="unsupported parse_mode"):
        parse("x", "BBCode")
