"""The replies that come with the program: whole in every language, easy to read, and only with what can be filled in."""

import pytest

from care import canned_replies, quick_answers, readability
from care.canned_replies import IN_BRACES, VARIABLES, CannedReply
from care.heart.language import shipped


@pytest.mark.parametrize("reply", canned_replies.of_program(), ids=lambda reply: reply.name)
def test_a_reply_speaks_every_language_plainly(reply: CannedReply):
    assert set(reply.languages) == set(shipped())
    english = reply.texts["en"]
    for language, words in reply.texts.items():
        assert set(IN_BRACES.findall(words.text)) == set(IN_BRACES.findall(english.text)) <= set(VARIABLES), language
        assert len(words.answers) == len(english.answers), language
        assert quick_answers.checked(words.answers) == words.answers, language
        assert not readability.too_hard(words.text, language), (language, readability.too_hard(words.text, language))
        assert not readability.unkind_words(words.text, language), language
