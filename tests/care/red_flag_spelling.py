"""Spell out a phrase of the red-flag rules as words that it finds, by chance or with a given word of a list in it."""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

_PIECES = re.compile(r"\.\.\d+|\{\d+\}|[()\[\]|]|[^\s()\[\]|{}]+")
_CARRIED = {"en": "chest pain", "es": "dolor de pecho", "de": "brustschmerzen", "fr": "douleur à la poitrine",
            "pt-BR": "dor no peito", "ru": "боль в груди"}
_GRAVE = {"en": "i want to die", "es": "quiero morir", "de": "ich will sterben", "fr": "je veux mourir",
          "pt-BR": "quero morrer", "ru": "хочу умереть"}
_FRAMES = {
    "en": ("{}", "Hello. {}", "Good evening, it's me again. {}", "Sorry to write so late. {}"),
    "es": ("{}", "Hola. {}", "Buenas noches, soy yo otra vez. {}", "Perdone la hora. {}"),
    "de": ("{}", "Hallo. {}", "Guten Abend, ich bin es. {}", "Entschuldigung, es ist spät. {}"),
    "fr": ("{}", "Bonjour. {}", "Bonsoir, c'est moi. {}", "Pardon, il est tard. {}"),
    "pt-BR": ("{}", "Olá. {}", "Boa noite, sou eu. {}", "Desculpe a hora. {}"),
    "ru": ("{}", "Здравствуйте. {}", "Добрый вечер, это я. {}", "Простите что поздно. {}"),
}
_MANY = {"#number": "3", "#many": "20", "#year": "1990"}


def lists_named(phrase: str, lists: Mapping[str, list[str]]) -> set[str]:
    """The lists that a phrase names, and those that these name."""
    names: set[str] = set()
    waiting = [phrase]
    while waiting:
        for name in re.findall(r"@(\w+)", waiting.pop()):
            if name not in names:
                names.add(name)
                waiting.append(" ".join(lists[name]))
    return names


def spoken(text: str, language: str, chance: Random) -> str:
    """The same as one would write it to a nurse."""
    return chance.choice(_FRAMES[language]).format(text)


class Speller:
    """Spells phrases over the lists of words of each language."""

    def __init__(self, lists: Mapping[str, Mapping[str, list[str]]], chance: Random) -> None:
        self.lists = lists
        self.chance = chance

    def texts(self, mutation: Any, written: Any) -> Iterator[str]:
        """Messages that may need what is taken out: a phrase alone, a guard with something that it guards, or a phrase with a
        word of a list in it."""
        wanted = (mutation.name, mutation.word) if mutation.kind == "words" else None
        yield from self._in_place(written, self.spelled(written.phrase, written.language, wanted))

    def _in_place(self, written: Any, spelled: str) -> Iterator[str]:
        kind = getattr(written.meant, "kind", "")
        for carried in (_CARRIED[written.language], _GRAVE[written.language]) if kind else ("",):
            match kind:
                case "":
                    yield spelled
                case "before":
                    yield f"{spelled} {carried}"
                case "after":
                    yield f"{carried} {spelled}"
                case "past" | "told" | "joking":
                    yield f"{carried} {spelled}"
                    yield f"{spelled} {carried}"
                case "not_past":
                    yield f"{carried} 1990 {spelled}"
                    yield f"{spelled} {carried} 1990"
                case "well":
                    yield f"{carried} 1990, {spelled}"
                case "only":
                    yield f"no {carried} {spelled}"
                    yield f"nunca {carried} {spelled}"
                case "clause":
                    yield f"1990 {spelled} {carried}"
                case "not_denied":
                    yield f"no {carried} {spelled}"
                    yield f"nunca {carried} {spelled}"
                case _:
                    yield spelled
                    yield f"{spelled} {carried}"

    def spelled(self, phrase: str, language: str, wanted: tuple[str, str] | None = None) -> str:
        pieces = _PIECES.findall(phrase)
        return " ".join(self._choice(pieces, language, wanted))

    def _choice(self, pieces: list[str], language: str, wanted: tuple[str, str] | None) -> list[str]:
        alternatives: list[list[str]] = [[]]
        while pieces and pieces[0] not in ")]":
            piece = pieces.pop(0)
            if piece == "|":
                alternatives.append([])
            elif piece[0] == "{" or piece.startswith(".."):
                continue
            elif piece == "(":
                alternatives[-1] += self._choice(pieces, language, wanted)
                pieces.pop(0)
            elif piece == "[":
                inside = self._choice(pieces, language, wanted)
                pieces.pop(0)
                alternatives[-1] += inside if self.chance.random() < 0.2 else []
            else:
                alternatives[-1] += self._word(piece, language, wanted)
        holding = [each for each in alternatives if wanted and wanted[1] in " ".join(each)]
        return self.chance.choice(holding or alternatives)

    def _word(self, piece: str, language: str, wanted: tuple[str, str] | None) -> list[str]:
        if piece.startswith("@"):
            name = piece[1:]
            listed = self.lists[language][name]
            chosen = wanted[1] if wanted and wanted[0] == name else self.chance.choice(listed)
            if wanted and wanted[0] != name:
                via = [word for word in listed if f"@{wanted[0]}" in word]
                chosen = self.chance.choice(via) if via else chosen
            return self._choice(_PIECES.findall(chosen), language, wanted)
        if piece.startswith("#"):
            ranged = re.fullmatch(r"#(\d+)-(\d+)", piece)
            return [str(self.chance.randint(int(ranged[1]), int(ranged[2]))) if ranged else _MANY[piece]]
        return [piece.rstrip("*")]
