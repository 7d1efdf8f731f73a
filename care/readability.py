"""How hard a text is to read, and whether it is kind: reckoned from the length of its sentences and of its words, by a formula
for each language, and held against the words that never help. Which words those are is in content/plain."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from content import FOLDER

HARDEST = 6  # the school year after which an English text of ours is read with ease


@dataclass(frozen=True)
class Plain:
    """What a language's file in content/plain says."""

    known_words: tuple[str, ...]
    unkind: tuple[str, ...]
    allowed: tuple[str, ...] = ()


@cache
def plain(language: str) -> Plain:
    """Raises FileNotFoundError for a language that has no such file."""
    said = tomllib.loads((FOLDER / "plain" / f"{language}.toml").read_text(encoding="utf-8"))
    return Plain(**{name: tuple(words) for name, words in said.items()})


def too_hard(text: str, language: str) -> str:
    """What is wrong with the ease of a text, and what would be right; nothing if it is easy enough."""
    if language == "en":
        grade = english_grade(text)
        return f"grade {grade:.1f}; at most {HARDEST} would be right" if grade > HARDEST else ""
    found, wanted = ease(text, language), FORMULAS[language].easy
    return f"ease {found:.0f}; at least {wanted:g} would be right" if found < wanted else ""


def unkind_words(text: str, language: str) -> list[str]:
    """The words of a text that blame, order or presume, as the language's list has them."""
    allowed, any_of_them = _unkind(language)
    said = allowed.sub("", text).casefold()
    if not any_of_them.search(said):
        return []
    return [word for word in plain(language).unkind if re.search(rf"\b{word}", said)]


@cache
def _unkind(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is allowed in spite of it, and any of the words."""
    known = plain(language)
    return (re.compile("|".join(map(re.escape, known.allowed)) or "(?!)"),
            re.compile("|".join(rf"\b(?:{word})" for word in known.unkind) or "(?!)"))


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a line, such as one of a list, ends one. A figure is a word, a command such as /stop too."""
    parts = (re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", part) for part in re.split(r"[.!?:;]+(?=\s|$)|\n+", text))
    return [words for words in parts if words]


def words_a_sentence(text: str) -> float:
    said = sentences(text)
    return sum(map(len, said)) / max(1, len(said))


def english_grade(text: str) -> float:
    """Flesch-Kincaid: the school year in which a text of this kind is read with ease."""
    return 0.39 * words_a_sentence(text) + 11.8 * _syllables_a_word(text, "en") - 15.59


def ease(text: str, language: str) -> float:
    """0 to 100 and beyond, the higher the easier, by the language's own formula."""
    formula = FORMULAS[language]
    syllables = _syllables_a_word(text, language)
    return formula.base - formula.words * words_a_sentence(text) - formula.by_syllables * syllables


def _syllables_a_word(text: str, language: str) -> float:
    every = [word.casefold() for words in sentences(text) for word in words]
    return sum(_syllables(word, language) for word in every) / max(1, len(every))


@lru_cache(maxsize=50_000)
def _syllables(word: str, language: str) -> int:
    """Long words that patients know, and that have no short kin, count as words of two syllables."""
    count = _english_syllables if language == "en" else FORMULAS[language].syllables
    return min(count(word), 2 if word in plain(language).known_words else 9)


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


def _french_syllables(word: str) -> int:
    """Groups of vowels, less a last e that is not heard (elle, livres, parlent); an accent parts é from the next (ré-union)."""
    letters = re.sub(r"(?:qu|gu)(?=[eéèêiî])", "g", word)
    letters = re.sub(r"(?<=[^aeiouyàâéèêëîïôûùü])(?:e|es|ent)$", "", letters)
    return max(1, len(re.findall(r"[aeiouyàâéèêëîïôûùüœæ]+", re.sub(r"é(?=[aâéiouô])", "é ", letters))))


def _german_syllables(word: str) -> int:
    """Vowels, two where they sound as one (ei, eu, ie)."""
    return max(1, len(re.findall(r"ie|ei|eu|äu|au|ai|aa|ee|oo|[aeiouyäöü]", word.replace("qu", "k"))))


def _portuguese_syllables(word: str) -> int:
    """Groups of vowels; two strong ones, or a weak one with an accent, are apart (sa-ú-de); so are the last two where no
    accent draws the voice away from them (di-a, su-as; but fa-mí-lia)."""
    letters = re.sub(r"(?:qu|gu)(?=[eéêií])", "g", word)
    groups = re.findall(r"[aeiouáéíóúâêôãõà]+", letters)
    apart = re.compile(r"(?=[aeoáéóâê][aeoáéóâê])|(?=[aeou][íú])|(?=[íú][ao])")
    last = bool(re.search(r"(?<![aeo])[iu][ao]s?$", letters)) and not re.search("[áéíóúâêôãõ]", letters)
    return max(1, sum(1 + len(apart.findall(group)) for group in groups) + last)


def _russian_syllables(word: str) -> int:
    return max(1, len(re.findall(r"[аеёиоуыэюя]", word)))


@dataclass(frozen=True)
class Formula:
    """ease = base - words x (words a sentence) - by_syllables x (syllables a word); at least `easy` is asked of every text."""

    base: float
    words: float
    by_syllables: float
    easy: float
    syllables: Callable[[str], int]


FORMULAS = {
    "es": Formula(206.835, 1, 62.3, 65, _spanish_syllables),  # Szigriszt-Pazos; 65 is "bastante fácil" on the INFLESZ scale
    "fr": Formula(207, 1.015, 73.6, 60, _french_syllables),  # Kandel and Moles; 60 is where "standard" begins
    "de": Formula(180, 1, 58.5, 60, _german_syllables),  # Amstad
    "pt-BR": Formula(248.835, 1.015, 84.6, 65, _portuguese_syllables),  # Martins and others
    "ru": Formula(206.835, 1.3, 60.1, 65, _russian_syllables),  # Oborneva
}
