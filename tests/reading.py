"""How hard a text is to read: reckoned from the length of its sentences and of its words, by a formula for each language."""

import re
from collections.abc import Callable

# Words that patients know and that have no short kin; each counts as a word of two syllables.
KNOWN_WORDS = {
    "en": {"emergency", "temperature", "automated", "assistant", "invitation", "clinic's", "telegram", "privacy"},
    "es": {"emergencia", "emergencias", "temperatura", "automático", "asistente", "invitación", "telegram", "clínica"},
}
EASY_IN_SPANISH = 65  # from here on "bastante fácil" (fairly easy) on the INFLESZ scale


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a figure is a word, a command such as /stop too."""
    parts = (re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", part) for part in re.split(r"[.!?:;\n]+(?=\s|$)", text))
    return [words for words in parts if words]


def words_a_sentence(text: str) -> float:
    said = sentences(text)
    return sum(map(len, said)) / max(1, len(said))


def english_grade(text: str) -> float:
    """Flesch-Kincaid: the school year in which a text of this kind is read with ease."""
    return 0.39 * words_a_sentence(text) + 11.8 * _syllables_a_word(text, "en", _english_syllables) - 15.59


def spanish_ease(text: str) -> float:
    """Szigriszt-Pazos: 0 to 100, the higher the easier."""
    return 206.835 - 62.3 * _syllables_a_word(text, "es", _spanish_syllables) - words_a_sentence(text)


def _syllables_a_word(text: str, language: str, syllables: Callable[[str], int]) -> float:
    every = [word.casefold() for words in sentences(text) for word in words]
    most = dict.fromkeys(KNOWN_WORDS[language], 2)
    return sum(min(syllables(word), most.get(word, 9)) for word in every) / max(1, len(every))


def _english_syllables(word: str) -> int:
    """Groups of vowels, less the ones that are not heard (came, asked, times)."""
    letters = re.sub(r"[^a-z]", "", word)
    letters = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouyscxzgh])es$", "", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def _spanish_syllables(word: str) -> int:
    """Groups of vowels; two strong ones, or a weak one with an accent, are apart (le-er, dí-a)."""
    letters = re.sub(r"qu(?=[eéií])", "q", re.sub(r"gu(?=[eéií])", "g", word))
    letters = re.sub(r"y(?=[aeiouáéíóú])", "j", letters)
    groups = re.findall(r"[aeiouyáéíóúü]+", letters)
    return max(1, sum(1 + len(re.findall(r"(?=[aeoáéóíú][aeoáéóíú])|(?=[iuü][íú])", group)) for group in groups))
