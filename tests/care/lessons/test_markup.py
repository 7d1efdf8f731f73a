"""Whatever is written into a card, Telegram takes what comes of it: its marks lie within it, in Telegram's own counting."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from care.heart.language import Lines, Mark, Msg, Styled, in_language, marks_in, utf16
from care.lessons import markup

PIECES = st.sampled_from([
    "**", "_", "*", "- ", "\n", "\n\n", "---\n", "word", "😀", "é", " ", "[a](https://b.org)", "`", "<b>", "# ", "1. ", "\\",
    "~~", "[low](low_sugar)", "&amp;", "|"])


@example(["**", "**", "<b>", "**"])
@given(st.lists(PIECES, max_size=30))
@settings(max_examples=200, deadline=None)
def test_marks_lie_within_the_words(pieces: list[str]):
    found, _wrong = markup.cards("".join(pieces), 1)
    for card in found:
        units = card.text.words.encode("utf-16-le")
        for mark in card.text.marks:
            assert mark.length > 0
            assert mark.offset >= 0
            assert mark.offset + mark.length <= utf16(card.text.words)
            units[2 * mark.offset:2 * (mark.offset + mark.length)].decode("utf-16-le")  # no mark cuts a character in two


def test_marks_move_with_what_stands_before_them():
    salt, now = Styled("Salt", (Mark("bold", 0, 4),)), Styled("now", (Mark("italic", 0, 3),))
    text = Lines(("😀 Amina:", Lines((salt, Msg("Yes"), "")), now), " ")
    for language in ("en", "es"):
        said, marks = in_language(text, language).encode("utf-16-le"), marks_in(text, language)
        assert marks is not None
        assert [said[2 * one.offset:2 * (one.offset + one.length)].decode("utf-16-le") for one in marks] == ["Salt", "now"]
    assert marks_in(Lines(("a", Msg("Yes"))), "en") is None
